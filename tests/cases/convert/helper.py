"""Beside the notebooks: what a notebook imports from here stays an import."""


def load_subject(number):
    return number
