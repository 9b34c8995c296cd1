# %%
import davos
# %%
smuggle six                                           #! DAV301
smuggle six.moves  # pip: six                         #! DAV301
smuggle six  # pip: six>=1.15                         #! DAV301 DAV305
smuggle six  # pip: six>=1.15,<2                      #! DAV301
smuggle six  # pip: six~=1.15                         #! DAV301
smuggle six  # pip: six==1.*                          #! DAV301
smuggle six  # pip: six!=1.15.0                       #! DAV301 DAV305
smuggle six  # pip: six===1.16.0
smuggle six  # pip: six[extra]==1.16.0
smuggle six  # pip: six==1.16.0 --pre                 #! DAV305
smuggle six  # pip: six --upgrade                     #! DAV301 DAV305
smuggle six  # pip: six -U                            #! DAV301 DAV305
smuggle q    # pip: https://example.org/q-1.0-py3-none-any.whl
smuggle q    # pip: https://example.org/q-1.0.tar.gz
smuggle q    # pip: https://example.org/main.zip      #! DAV301
smuggle hyp  # pip: git+https://example.org/h.git     #! DAV302
smuggle hyp  # pip: git+https://example.org/h.git@main  #! DAV302
smuggle hyp  # pip: git+https://example.org/h.git@v1.0  #! DAV302 DAV303
smuggle hyp  # pip: git+https://example.org/h.git@98a3d80
smuggle hyp  # pip: hyp @ git+https://example.org/h.git@98a3d80c35a3b4b2b2e4c5d9f8e7a6b5c4d3e2f1
smuggle tool  # pip: -e ../tool                       #! DAV306
smuggle tool  # pip: ./wheels/tool-1.0-py3-none-any.whl  #! DAV306
smuggle tool  # pip: file:///opt/tool                 #! DAV306
smuggle a, b                                          #! DAV301 DAV301
smuggle davos
smuggle json
# %%
smuggle tqdm  # conda: tqdm                           #! DAV301
smuggle tqdm  # conda: tqdm=4.66                      #! DAV301
smuggle tqdm  # conda: tqdm>=4.66                     #! DAV301 DAV305
smuggle tqdm  # conda: tqdm>=4.66,<5                  #! DAV301
smuggle tqdm  # conda: tqdm=4.66.1|4.66.2             #! DAV301
smuggle tqdm  # conda: tqdm==4.66.1
smuggle tqdm  # conda: tqdm=4.66.1=py_0
smuggle tqdm  # conda: "tqdm 4.66.1"
smuggle tqdm  # conda: tqdm==4.66.1 --update-specs    #! DAV305
smuggle tqdm  # conda: tqdm==4.66.1 --update-deps     #! DAV305
smuggle tqdm  # conda: tqdm==4.66.1 -c ./channel      #! DAV306
smuggle tqdm  # conda: tqdm==4.66.1 -c file:///srv/c  #! DAV306
smuggle tqdm  # conda: tqdm==4.66.1 -c conda-forge
smuggle tqdm  # conda: tqdm=*                         #! DAV301
smuggle tqdm  # conda: tqdm=4.66.1|>=4                #! DAV301 DAV305
smuggle tqdm  # conda: tqdm>=4_rc1                    #! DAV301 DAV305
smuggle tqdm  # conda: tqdm~=4.66.0                   #! DAV301
smuggle tqdm  # conda: tqdm[version='4.66.*']         #! DAV301
smuggle tqdm  # conda: tqdm[build=py_0]               #! DAV301
smuggle tqdm  # conda: tqdm[sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef]
smuggle tqdm  # conda: git+https://example.org/h.git  #! DAV103
