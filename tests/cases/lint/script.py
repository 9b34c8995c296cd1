"""A script: no cells, and davos may be imported by whoever runs it."""
smuggle os                                            #! DAV204
import davos
smuggle os
def function():
    smuggle os
    smuggle six  # pip: six==1.16.0
davos.deactivate()
smuggle os                                            #! DAV207
davos.activate()
smuggle os
