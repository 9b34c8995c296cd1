smuggle np  # pip: a
x = 1
