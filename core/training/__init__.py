"""An experiment from its spec to its report, and the jobs that run it beside the pages."""
