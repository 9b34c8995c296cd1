# %%
import davos
# %%
smuggle six  # pip: six==1.16.0
from six smuggle moves  # pip: Six==1.16.0
# %%
from six smuggle moves  # pip: SIX==1.15.0            #! DAV303
smuggle six  # pip: six<1.16,>=1.12                   #! DAV301 DAV303
smuggle a  # pip: a>=1,<2                             #! DAV301
smuggle a  # pip: a>=1.5,<3                           #! DAV301
smuggle a  # pip: a>=2,<3                             #! DAV301 DAV303
smuggle b  # pip: b==1;python_version<"3"             #!
smuggle b  # pip: b==2;python_version>="3"            #!
smuggle c  # pip: c @ git+https://x.org/c@1111111
smuggle c  # pip: c @ git+https://x.org/c@2222222     #! DAV303
