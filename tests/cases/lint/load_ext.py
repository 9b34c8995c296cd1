# %%
smuggle os                                            #! DAV204
# %%
%load_ext davos
# %%
smuggle os
