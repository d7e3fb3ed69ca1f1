"""The corpus: naming conventions, import, catalog, splits, snapshots."""
