# %%
import davos
# %%
smuggle                                               #
smuggle a as                                          #! DAV001
smuggle six  # pip: six==1.16.0
# %%
smuggle six  # pip: six==1.16.0
x = [1, 2                                             #! DAV002
# %%
print "a cell without any word of ours is not looked at"
# %%
smuggle six  # pip: six --upgarde                     #! DAV101
smuggle six  # pip: -r x                              #! DAV102
smuggle six  # pip: six=1.16                          #! DAV103
smuggle six  # pip: --no-deps                         #! DAV104
smuggle six  # pip: six --retries x                   #! DAV105
smuggle six  # conda: six --no-such                   #! DAV101
smuggle six  # conda: six -k                          #! DAV102
smuggle six  # conda: six.tar.bz2                     #! DAV103
smuggle six  # conda: six 1.16                        #! DAV104
smuggle six  # conda: six -c ftp://h                  #! DAV105
smuggle six  # conda: six=1.16,pandas                 #! DAV103
smuggle six  # conda: six[md5=1]                      #! DAV103
smuggle six  # conda:                                 #! DAV106 DAV301
smuggle six  # conda: six -S --update-deps            #! DAV105
smuggle six  # conda: six -c "x                       #! DAV107
smuggle six  # conda install six -c x                 #! DAV106 DAV301
smuggle six  # Conda: six==1.16.0                     #! DAV106 DAV301
smuggle six  # pip: "six                              #! DAV107
smuggle six  # PIP: six==1.16.0                       #! DAV106 DAV301
smuggle six  # mamba: six==1.16.0                     #! DAV106 DAV301
from six smuggle (  # pip3: six==1.16.0               #! DAV106 DAV301
    moves,  # poetry: six
    PY2)
smuggle six  # note: six                              #! DAV301
smuggle six  # pip: six==1.16.0 # mamba: six
# mamba: six
x = 1  # mamba: six
smuggle six  # why  # mamba: six                      #! DAV301
smuggle six  # pip six==1.16.0                        #! DAV106 DAV301
smuggle six  # pip install six                        #! DAV106 DAV301
smuggle six  # pip is slow here                       #! DAV301
