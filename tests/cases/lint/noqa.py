# %%
import davos
# %%
smuggle six  # pip: six  # noqa
smuggle six  # pip: six  # noqa: DAV301
smuggle six  # pip: six>=1  # NOQA: DAV305, DAV301
smuggle six  # pip: six>=1  # noqa: DAV305            #! DAV301
smuggle six  # pip: six>=1  # noqa: F401, DAV305      #! DAV301
smuggle six  # pip: six==1  # noqa: F401
smuggle six  # pip: six==1  # noqa: DAV301, F401      #! DAV003
smuggle six  # pip: six==1  # noqa                    #! DAV003
smuggle six  # pip: six==1  # noqa: DAV999            #! DAV003
import os  # noqa
x = "# noqa: DAV301"
from six smuggle (  # pip: six>0,<2
    moves,
)  # noqa: DAV301
