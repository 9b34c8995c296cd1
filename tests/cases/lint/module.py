smuggle os
smuggle six  # pip: six==1.16.0
