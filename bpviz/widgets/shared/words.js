// Sentences come from Python's catalogue; here their blanks are filled.

export const fill = (sentence, blanks = {}) => sentence.replace(/\{(\w+)\}/g, (_, name) => String(blanks[name]));
