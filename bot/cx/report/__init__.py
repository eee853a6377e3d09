"""The report as HTML: three views for three readers, in the browser or as one file that needs nothing else."""
