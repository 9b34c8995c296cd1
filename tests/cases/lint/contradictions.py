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
# %%
smuggle d  # pip: git+https://x.org/d.git@1111111
smuggle d  # pip: git+https://x.org/d.git@2222222     #! DAV303
from d smuggle e  # pip: git+https://x.org/d@2222222  #! DAV303
smuggle d  # pip: git+https://fork.org/d.git@3333333  #! DAV303
import os; smuggle d.f  # pip: d @ git+https://x.org/d@4444444  #! DAV303
smuggle g  # pip: git+https://x.org/mono.git@1111111#subdirectory=g
smuggle h  # pip: git+https://x.org/mono.git@2222222#subdirectory=h
smuggle google.a  # pip: git+https://x.org/a.git@1111111
smuggle google.b  # pip: git+https://x.org/b.git@2222222
smuggle r  # pip: git+https://x.org/r.git@98a3d80
smuggle r  # pip: git+https://x.org/r.git@98a3d80c35a3b4b2b2e4c5d9f8e7a6b5c4d3e2f1
smuggle s  # pip: git+https://x.org/s.git             #! DAV302
smuggle s  # pip: git+https://x.org/s.git@main        #! DAV302
smuggle s  # pip: git+https://x.org/s.git@dev         #! DAV302 DAV303
smuggle s  # pip: git+https://x.org/s.git@1234567
# %%
if new:
    smuggle i  # pip: i==3
    smuggle i  # pip: i==4                            #! DAV303
elif old:
    smuggle i  # pip: i==2
else:
    if older:
        smuggle i  # pip: i==3
    smuggle i  # pip: i==1                            #! DAV303
# %%
if other:
    smuggle p  # pip: p==3
smuggle p  # pip: p==2                                #! DAV303
# %%
try:
    smuggle j  # pip: j==3
except OSError:
    smuggle j  # pip: j==2
except ValueError:
    smuggle j  # pip: j==1
# %%
try:
    smuggle k  # pip: k==3
except OSError:
    pass
else:
    smuggle k  # pip: k==2                            #! DAV303
# %%
try:
    smuggle m  # pip: m==3
finally:
    smuggle m  # pip: m==2                            #! DAV303
# %%
for one in many:
    smuggle n  # pip: n==3                            #! DAV208
else:
    smuggle n  # pip: n==2                            #! DAV208 DAV303
# %%
if first:
    smuggle o  # pip: o==1
if second:
    smuggle o  # pip: o==2                            #! DAV303
# %%
smuggle attr  # conda: attrs==23.1.0
smuggle attr  # conda: attrs=23.2                     #! DAV301 DAV303
smuggle attr  # pip: attrs==23.2.0                    #! DAV303
# %%
smuggle u  # conda: u==1
smuggle u  # pip: u==2; python_version<"3"
smuggle v  # pip: v==2; sys_platform=="none"
smuggle v  # conda: v==1
smuggle w  # conda: w==1.0=py_0
smuggle w  # conda: w==1.0=py_1                       #! DAV303
smuggle w  # conda: w==1.0=py*
smuggle w  # conda: conda-forge::w==1.0
smuggle w  # conda: defaults::w==1.0                  #! DAV303
smuggle w  # conda: w=1.0|1.1                         #! DAV301
smuggle w  # pip: w==1.0
smuggle x  # conda: x==1.0g
smuggle x  # conda: x==1.0h                           #! DAV303
smuggle x  # conda: x>=1.0h,<2                        #! DAV301 DAV303
smuggle zstd  # pip: zstd==1.5.5.1
smuggle zstandard  # conda: zstd==1.5.6               #! DAV304
smuggle torch  # conda: pytorch==2.1.0
smuggle torch  # conda: pytorch==2.2.0                #! DAV303
smuggle cv2  # pip: opencv-python==4.9.0.80
smuggle cv2  # conda: opencv==4.9.0
