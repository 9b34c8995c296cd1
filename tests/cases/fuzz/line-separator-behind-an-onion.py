smuggle np  # pip: a     # b
