"""Scripts for those who work on Malgyeol; nothing here is needed to run it."""
