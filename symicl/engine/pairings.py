"""stub"""


def paired_at_once(made, code):
    return None
