"""Which shared libraries of an environment are loaded, and which an installation replaced."""

import os

from davos.engine.loaded_libraries import loaded_libraries, replaced_libraries


def test_a_library_of_the_environment_that_changed_is_named(tmp_path):
    prefix, maps = tmp_path / "environment", tmp_path / "maps"
    files = ["lib/libx.so.1", "lib/liby.so", "lib/data", "lib/python3/site-packages/m.so"]
    lines = []
    for name in files:
        path = prefix / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1")
        lines += [f"7f0000-7f1000 r-xp 00000000 08:01 {path.stat().st_ino} {path}"] * 2
    lines += ["7f2000-7f3000 rw-p 00000000 00:00 0", "7f3000-7f4000 r-xp 0 08:01 7 /lib/libc.so.6"]
    maps.write_text("\n".join(lines))
    found = loaded_libraries(str(prefix), str(maps))
    assert sorted(found) == [f"{prefix}/lib/libx.so.1", f"{prefix}/lib/liby.so"]
    assert replaced_libraries(found) == []
    (prefix / "new").write_text("2")
    os.replace(prefix / "new", prefix / "lib/libx.so.1")
    assert replaced_libraries(found) == ["libx.so.1"]
    (prefix / "lib/liby.so").unlink()
    assert replaced_libraries(found) == ["libx.so.1", "liby.so"]


def test_where_no_system_tells_what_is_loaded_nothing_is_named(tmp_path):
    assert loaded_libraries(str(tmp_path), str(tmp_path / "none")) == {}
