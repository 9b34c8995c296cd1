"""What is known without asking anyone: modules of other names than their distributions.

The first distribution of a row is the usual one; a module that has the name of its
distribution needs no row. `importlib.metadata` knows about what is installed.
"""

from __future__ import annotations

__all__ = ["KNOWN", "STANDARD_LIBRARY_3_9"]

_TABLE = """
absl absl-py
apiclient google-api-python-client
attr attrs
barcode python-barcode
bidi python-bidi
Bio biopython
bs4 beautifulsoup4
bson pymongo bson
cairo pycairo
community python-louvain
cpuinfo py-cpuinfo
Crypto pycryptodome pycrypto
Cryptodome pycryptodomex
cv2 opencv-python opencv-python-headless opencv-contrib-python opencv-contrib-python-headless
dateutil python-dateutil
decouple python-decouple
discord discord.py
dns dnspython
docx python-docx
dotenv python-dotenv
engineio python-engineio
escpos python-escpos
faiss faiss-cpu faiss-gpu
ffmpeg ffmpeg-python
fitz PyMuPDF
freetype freetype-py
gi PyGObject
git GitPython
github PyGithub
gitlab python-gitlab
google.oauth2 google-auth
google.protobuf protobuf
googleapiclient google-api-python-client
gridfs pymongo
haystack haystack-ai farm-haystack
hydra hydra-core
igraph igraph python-igraph
imblearn imbalanced-learn
jenkins python-jenkins
jose python-jose
jpype JPype1
jwt PyJWT
kafka kafka-python kafka-python-ng
ldap python-ldap
Levenshtein Levenshtein python-Levenshtein
llama_cpp llama-cpp-python
magic python-magic python-magic-bin
memcache python-memcached
mpl_toolkits matplotlib
mpl_toolkits.basemap basemap
mpl_toolkits.mplot3d matplotlib
multipart python-multipart
mysql.connector mysql-connector-python
MySQLdb mysqlclient MySQL-python
nacl PyNaCl
nmap python-nmap
odf odfpy
OpenGL PyOpenGL
opensearchpy opensearch-py
OpenSSL pyOpenSSL
osgeo GDAL
past future
pcap pypcap
PIL Pillow Pillow-SIMD
pkg_resources setuptools
pptx python-pptx
psycopg2 psycopg2-binary psycopg2
pycocotools pycocotools pycocotools-windows
pylab matplotlib
pythoncom pywin32
pywt PyWavelets
pyximport Cython
rdkit rdkit rdkit-pypi
rest_framework djangorestframework
sdl2 PySDL2
serial pyserial
shapefile pyshp
shapely shapely Shapely
skbio scikit-bio
skfda scikit-fda
skfuzzy scikit-fuzzy
skimage scikit-image
sklearn scikit-learn scikit-learn-intelex
sklearn_extra scikit-learn-extra
sklego scikit-lego
skmultilearn scikit-multilearn
skopt scikit-optimize
sksparse scikit-sparse
sksurv scikit-survival
skued scikit-ued
slugify python-slugify
smbus smbus-cffi smbus2
snappy python-snappy
socketio python-socketio
socks PySocks
soundfile soundfile PySoundFile
speech_recognition SpeechRecognition
stdnum python-stdnum
surprise scikit-surprise
talib TA-Lib
telegram python-telegram-bot
tensorflow tensorflow tensorflow-cpu tensorflow-macos tensorflow-gpu tf-nightly tensorflow-intel
tensorflow_datasets tensorflow-datasets tfds-nightly
tensorflow_probability tensorflow-probability tfp-nightly
tlz toolz cytoolz
tree dm-tree
umap umap-learn
usb pyusb
websocket websocket-client
win32api pywin32
win32com pywin32
wx wxPython
xdg pyxdg
Xlib python-xlib
yaml PyYAML
zmq pyzmq
"""

KNOWN: dict[str, tuple[str, ...]] = {
    module: tuple(names) for module, *names in map(str.split, _TABLE.strip().splitlines())
}
"""The distributions that a dotted module can come from."""

# From Python 3.10 on, sys.stdlib_module_names says it.
STANDARD_LIBRARY_3_9 = frozenset(
    """
    __future__ _abc _aix_support _ast _asyncio _bisect _blake2 _bootsubprocess _bz2 _codecs
    _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections
    _collections_abc _compat_pickle _compression _contextvars _crypt _csv _ctypes _curses
    _curses_panel _datetime _dbm _decimal _elementtree _frozen_importlib
    _frozen_importlib_external _functools _gdbm _hashlib _heapq _imp _io _json _locale _lsprof
    _lzma _markupbase _md5 _msi _multibytecodec _multiprocessing _opcode _operator
    _osx_support _overlapped _pickle _posixshmem _posixsubprocess _py_abc _pydecimal _pyio
    _queue _random _scproxy _sha1 _sha256 _sha3 _sha512 _signal _sitebuiltins _socket _sqlite3
    _sre _ssl _stat _statistics _string _strptime _struct _symtable _thread _threading_local
    _tkinter _tracemalloc _uuid _warnings _weakref _weakrefset _winapi _zoneinfo abc aifc
    antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
    binascii binhex bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code
    codecs codeop collections colorsys compileall concurrent configparser contextlib
    contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib
    dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp
    fileinput fnmatch formatter fractions ftplib functools gc genericpath getopt getpass
    gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp
    importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging
    lzma macpath mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt
    multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os
    ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib
    posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat
    queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select
    selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd
    sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct
    subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile
    termios textwrap this threading time timeit tkinter token tokenize trace traceback
    tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv
    warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile
    zipimport zlib zoneinfo
    """.split(),
)
