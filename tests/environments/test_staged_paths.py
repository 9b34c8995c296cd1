"""Paths of the staging environment in staged files."""

import os

from distributions_on_disk import A1, SITE, differs_from_record, write_distribution

from davos.environments.commit import commit
from davos.environments.staging import staging


def test_paths_in_staged_files_become_the_projects(project):
    with staging(project, []) as made:
        script = f"#!{made.python}\nprint()\n"
        old = str(made.prefix)
        info = write_distribution(
            made.prefix,
            "e",
            "1",
            {
                "../../../bin/e": script,
                "__editable__.e.pth": f"{old}/src/e\n",
                "__editable___e_finder.py": f"MAPPING = {{'e': '{old}/src/e/e'}}\n",
                "e-1.dist-info/direct_url.json": f'{{"url": "file://{old}/src/e"}}',
            },
        )
        (info / "INSTALLER").write_text("pip")
        source = made.source_folder / "e"
        (source / "e").mkdir(parents=True)
        (source / "link").symlink_to(source / "e")
        commit(made)
    site, new = project / SITE, str(project)
    assert differs_from_record(project) == []
    assert (site / "__editable__.e.pth").read_text() == f"{new}/src/e\n"
    assert (project / "bin" / "e").read_bytes().splitlines()[-1] == b"print()"
    assert os.readlink(project / "src" / "e" / "link") == f"{new}/src/e/e"
    texts = [path.read_bytes() for path in project.rglob("*") if path.is_file()]
    assert not any(b".davos-staging" in text for text in texts)
    assert any(new.encode() in text for text in texts)


def test_a_repository_is_replaced_as_a_whole(project):
    (project / "src" / "e").mkdir(parents=True)
    (project / "src" / "e" / "old.py").write_text("")
    with staging(project, []) as made:
        write_distribution(made.prefix, *A1)
        (made.source_folder / "e").mkdir(parents=True)
        (made.source_folder / "e" / "new.py").write_text("")
        commit(made)
    assert os.listdir(project / "src" / "e") == ["new.py"]


def test_setuptools_list_of_editable_installs_keeps_its_lines(project):
    (project / SITE / "easy-install.pth").write_text("/one\n")
    with staging(project, []) as made:
        write_distribution(made.prefix, *A1)
        (made.site_packages / "easy-install.pth").write_text("/two\n")
        commit(made)
    assert (project / SITE / "easy-install.pth").read_text() == "/one\n/two\n"
