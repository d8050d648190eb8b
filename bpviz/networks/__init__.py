"""What is given before anything is computed: networks, what their parts are called, exercises, and data."""
