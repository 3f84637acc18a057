"""The command line tool `options-machines`."""
