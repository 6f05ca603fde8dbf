#!/bin/sh
# Makes WanggeSansSC-Regular.otf; see README.md. Needs fonts-noto-cjk (Debian 12) and fonttools 4.68.
set -eu
cd "$(dirname "$0")"
pyftsubset /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc --font-number=2 \
    --text-file=characters.txt --unicodes=20,A0,3000 --layout-features=kern --no-hinting \
    --name-IDs=0,1,2,3,4,5,6,13,14 --output-file=WanggeSansSC-Regular.otf
# The Open Font License asks a modified version for another name than the original's.
python3 - <<'PY'
from fontTools.ttLib import TTFont
font = TTFont("WanggeSansSC-Regular.otf", recalcTimestamp=False)
names = {1: "Wangge Sans SC", 3: "WanggeSansSC-Regular", 4: "Wangge Sans SC Regular", 6: "WanggeSansSC-Regular"}
for record in list(font["name"].names):
    if record.nameID in names:
        font["name"].setName(names[record.nameID], record.nameID, record.platformID, record.platEncID, record.langID)
cff = font["CFF "].cff
cff.fontNames[0] = "WanggeSansSC-Regular"
cff.topDictIndex[0].FullName, cff.topDictIndex[0].FamilyName = names[4], names[1]
font.save("WanggeSansSC-Regular.otf")
PY
sha256sum WanggeSansSC-Regular.otf
