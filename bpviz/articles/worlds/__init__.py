"""The worlds that the articles' claims are tried in: networks under the articles' names, with true derivatives."""
