"""What each command of the command line does: one function a command, no logic.

A command imports what it needs when it runs, and only there: so that serving and classifying never load scikit-learn.
"""
