"""Text in, `Understanding` out: the classifier that serves, its files, and which version is promoted."""
