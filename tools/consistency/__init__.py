"""What must hold across the whole tree, each as a function that returns its faults as sentences.

python -m tools.consistency          every check, faults on standard output
"""
