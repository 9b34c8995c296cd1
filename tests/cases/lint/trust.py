# %%
import davos
# %%
smuggle a  # pip: a==1 --trusted-host x.org           #! DAV401
smuggle a  # pip: a==1 -i http://x.org/simple         #! DAV401
smuggle a  # pip: a==1 --index-url=https://x.org/simple
smuggle a  # pip: a==1 -i http://localhost:3141/simple
smuggle a  # pip: a==1 --find-links http://x.org/     #! DAV401
smuggle a  # pip: http://x.org/a-1-py3-none-any.whl   #! DAV401
smuggle a  # pip: git+http://x.org/a@98a3d80          #! DAV401
smuggle a  # pip: a==1 --extra-index-url https://x.org/simple  #! DAV402
smuggle a  # pip: a==1 --cert ca.pem                  #! DAV404
smuggle a  # pip: a==1 --client-cert=me.pem           #! DAV404
smuggle a  # pip: a==1 --proxy http://x.org:1         #! DAV404
smuggle a  # pip: a==1 -c constraints.txt             #! DAV404
smuggle a  # pip: a==1 --log log.txt                  #! DAV404
smuggle a  # pip: a==1 --keyring-provider subprocess  #! DAV404
smuggle a  # pip: a==1 --keyring-provider import
smuggle a  # pip: a==1 -C builddir=../x               #! DAV404
smuggle a  # pip: a==1 -C editable_mode=compat
smuggle a  # pip: a==1 --exists-action w              #! DAV404
smuggle a  # pip: a==1 -t dir                         #! DAV404
smuggle a  # pip: a==1 --user                         #! DAV404
smuggle a  # pip: a==1 --index-url https://me:secret@x.org/simple  #! DAV403
smuggle a  # pip: a==1 -i https://token@x.org/simple  #! DAV403
smuggle a  # pip: a==1 --proxy me:secret@x.org:3128   #! DAV403 DAV404
smuggle a  # pip: a @ https://me:s3@x.org/a-1-py3-none-any.whl  #! DAV403
smuggle a  # pip: git+https://token@x.org/a@98a3d80   #! DAV403
smuggle a  # pip: git+https://git@x.org/a@98a3d80
smuggle a  # pip: git+ssh://me@x.org/a@98a3d80
smuggle a  # pip: a==1 -i https://me:${TOKEN}@x.org/simple
smuggle a  # pip: a==1 -i https://me:****@x.org/simple
# %%
%pip install a==1 --extra-index-url https://me:secret@x.org/simple  #! DAV308 DAV403
!pip install a==1 --index-url https://me:{token}@x.org/simple       #! DAV308
# %%
smuggle a  # conda: a==1 -c http://x.org/channel      #! DAV401
smuggle a  # conda: a==1 -c https://x.org/channel
smuggle a  # conda: a==1 -c https://me:secret@x.org/channel  #! DAV403
smuggle a  # conda: a==1 -c https://x.org/t/ab-12345678/channel  #! DAV403
# %%
%conda install -c https://me:secret@x.org/channel a=1  #! DAV308 DAV403
!mamba install -y a=1 -c https://x.org/t/ab-12345678/channel  #! DAV308 DAV403
!micromamba install -c https://x.org/t/$TOKEN/channel a=1  #! DAV308
