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
smuggle six  # conda: six                             #! DAV106
smuggle six  # pip: "six                              #! DAV107
