"""The scripts of backups on real processes: PostgreSQL, pgBackRest, a volume and an S3-compatible store."""

import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import pytest
from database_volume import DatabaseVolume
from lib.process import free_port, wait_until
from lib.s3_store import S3Store

CIPHER = "repo1-cipher-type=aes-256-cbc\n"


@pytest.fixture
def folder():
    # In memory where there is room: pgbackrest syncs each of a thousand files.
    in_memory = shutil.disk_usage("/dev/shm").free > 4 << 30
    path = pathlib.Path(tempfile.mkdtemp(prefix="backups-", dir="/dev/shm" if in_memory else None))
    path.chmod(0o755)
    volumes = []

    def volume(name, **options):
        volumes.append(DatabaseVolume(path / name, **options))
        return volumes[-1]
    path_and = type("Folder", (), {"path": path, "volume": staticmethod(volume)})
    yield path_and
    for each in volumes:
        each.stop(signal.SIGQUIT)  # any other stop archives first, to a store that has ended
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def s3(folder):
    store = S3Store(folder.path, free_port()).start()
    yield store
    store.stop()


def on_volume(database, repository):
    repository.mkdir(mode=0o777, exist_ok=True)
    repository.chmod(0o777)
    database.repository = repository
    return database.configure(f"volume {repository}", f"repo1-path={repository}\n")


def on_s3(database, store, path="/shops/shop", access_key="shop-key", passphrase="pass"):
    configuration = (f"repo1-type=s3\nrepo1-s3-endpoint=localhost:{store.port}\nrepo1-s3-bucket={store.bucket}\nrepo1-s3-region=eu\n"
                     f"repo1-s3-uri-style=path\nrepo1-path={path}\nrepo1-storage-ca-file={store.ca}\n{CIPHER}")
    return database.configure(f"s3 {path}", configuration, access_key=access_key, secret_key="secret", passphrase=passphrase)


def rows(database):
    return database.sql("select string_agg(n::text, ',' order by n) from kept")


def now_of(database):
    return database.sql("""select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""")


@pytest.mark.parametrize("kind", ["volume", "s3"])
def test_a_shop_is_restored_at_a_point_in_time(folder, request, kind):
    source = folder.volume("source")

    def configured(database):
        return on_volume(database, folder.path / "repository") if kind == "volume" else on_s3(database, request.getfixturevalue("s3"))
    configured(source).init().start()
    source.sql("create table kept as select 1 as n")
    code, backup = source.run("backup")
    assert code == 0 and backup["type"] == "full" and backup["size"] > 0 and backup["walStart"] <= backup["walStop"], backup
    source.sql("insert into kept values (2)")
    # pgbackrest keeps the time of a backup in whole seconds, and restores only at a later one.
    wait_until("the second after the backup", lambda: now_of(source)[:19] > backup["time"][:19], 5)
    moment = now_of(source)
    time.sleep(0.01)
    source.sql("insert into kept values (3)")
    source.sql("select pg_switch_wal()")
    wait_until("the WAL to be archived", lambda: source.sql("select archived_count > 0 and last_archived_wal >= '" + backup["walStop"] + "' from pg_stat_archiver") == "t", 30)
    source.sql("select pg_switch_wal()")
    code, second = source.run("backup")
    assert code == 0 and second["type"] == "diff" and second["label"].startswith(backup["label"] + "_"), second
    source.stop()
    shutil.rmtree(source.volume / "pgdata")

    at_moment = configured(folder.volume("moment"))
    code, result = at_moment.run("restore", RESTORE_TIME=moment, RESTORE_ID="a")
    assert code == 0 and result["reached"], result
    at_moment.start()
    assert rows(at_moment) == "1,2"
    assert at_moment.sql("show restore_command") == "", "it does not know the source's store any more"
    # A copy of the source is another database: it must not write to the source's store.
    code, message = at_moment.run("backup")
    assert code != 0 and message.startswith("OtherShopsBackups: the store has the backups of shops/shop, volume "), message

    all_of_it = configured(folder.volume("latest"))
    assert all_of_it.run("restore", RESTORE_ID="b")[0] == 0
    assert all_of_it.run("restore", RESTORE_ID="b")[0] == 0, "a repeated Job finds its work done"
    code, message = all_of_it.run("restore", RESTORE_ID="c")
    assert code != 0 and message.startswith("VolumeInUse: "), message
    all_of_it.start()
    assert rows(all_of_it) == "1,2,3"

    of_label = configured(folder.volume("label"))
    assert of_label.run("restore", RESTORE_LABEL=backup["label"], RESTORE_ID="d")[0] == 0
    of_label.start()
    assert rows(of_label) == "1"

    early = configured(folder.volume("early"))
    code, message = early.run("restore", RESTORE_TIME="2020-01-01T00:00:00Z", RESTORE_ID="e")
    assert code != 0 and "unable to find backup set with stop time less than '2020-01-01 00:00:00+00'" in message, message
    late = configured(folder.volume("late"))
    code, message = late.run("restore", RESTORE_TIME="2037-01-01T00:00:00Z", RESTORE_ID="f")
    assert code != 0 and message.startswith("RecoveryFailed: ") and "target" in message, message


def test_the_restored_database_is_backed_up_under_a_path_of_its_own(folder, s3):
    source = on_s3(folder.volume("source"), s3).init().start()
    source.sql("create table kept as select 1 as n")
    assert source.run("backup")[0] == 0
    copy = on_s3(folder.volume("copy", owner="shops/copy"), s3)
    assert copy.run("restore", RESTORE_ID="x")[0] == 0
    on_s3(copy, s3, "/shops/copy").start()
    copy.sql("insert into kept values (2)")
    code, backup = copy.run("backup")
    assert code == 0 and backup["type"] == "full", backup
    assert backup["walStart"].startswith("00000002"), "on a timeline of its own"
    again = on_s3(folder.volume("again"), s3, "/shops/copy")
    assert again.run("restore", RESTORE_ID="y")[0] == 0
    again.start()
    assert rows(again) == "1,2"
    assert source.run("backup")[0] == 0, "the source's store is as it was"


def test_a_backup_is_verified_and_a_damaged_one_is_found(folder):
    repository = folder.path / "repository"
    source = on_volume(folder.volume("source"), repository).init().start()
    source.sql("create table kept as select n from generate_series(1, 100000) as n")
    source.sql("create index on kept (n)")
    code, backup = source.run("backup")
    assert code == 0
    code, result = source.run("verify", LABEL=backup["label"])
    assert code == 0 and result["label"] == backup["label"] and result["databases"] == 2 and result["tables"] > 100, result
    # A page of the index that the server would answer wrongly from: changed on disk, and so in the next backup.
    path = source.volume / "pgdata" / source.sql("select pg_relation_filepath('kept_n_idx')")
    source.stop()
    with open(path, "r+b") as file:
        file.seek(5 * 8192 + 4000)
        file.write(bytes(2000))
    source.start()
    code, second = source.run("backup")
    assert code == 0
    code, message = source.run("verify", LABEL=second["label"])
    assert code != 0 and message.startswith(f"Damaged: backup {second['label']}"), message
    # Files of the first backup are lost: pgbackrest finds that while restoring.
    next(repository.glob(f"backup/postgres/{backup['label']}/bundle/*")).unlink()
    code, message = source.run("verify", LABEL=backup["label"])
    assert code != 0 and message.startswith("Failed: pgbackrest restore: "), message


def test_a_store_of_another_shop_is_never_written_to(folder, s3):
    source = on_s3(folder.volume("source"), s3).init().start()
    assert source.run("backup")[0] == 0
    before = dict(s3.objects)
    other = on_s3(folder.volume("other", owner="shops/other"), s3).init().start()
    other.sql("create table kept as select 1 as n")
    other.sql("select pg_switch_wal()")
    wait_until("the WAL to be left", lambda: other.sql("select archived_count > 0 from pg_stat_archiver") == "t", 30)
    code, message = other.run("backup")
    assert code != 0 and message.startswith("OtherShopsBackups: ") and "shops/shop" in message and "shops/other" in message, message
    # Also with another passphrase, and when the marker was removed.
    code, message = on_s3(other, s3, passphrase="other").run("backup")
    assert code != 0 and message.startswith("OtherShopsBackups: "), message
    marker = s3.objects.pop("shops/shop/postgres.owner")
    code, message = other.run("backup")
    assert code != 0 and message.startswith("OtherShopsBackups: the store has backups of an unknown database"), message
    s3.objects["shops/shop/postgres.owner"] = marker
    assert s3.objects == before


def test_failures_of_the_store_name_what_is_wrong(folder, s3):
    database = on_s3(folder.volume("source"), s3).init().start()
    database.sql("create table kept as select 1 as n")
    assert database.run("backup")[0] == 0
    s3.full = True
    code, message = database.run("backup")
    assert code != 0 and "507" in message, message
    s3.full = False
    s3.stop()
    code, message = database.run("backup")
    assert code != 0 and "unable to connect" in message, message
    s3.start()
    code, message = on_s3(database, s3, access_key="wrong").run("backup")
    assert code != 0 and "403 (Forbidden)" in message, message
    assert on_s3(database, s3).run("backup")[0] == 0, "healed by itself"


def test_a_full_volume_is_named(folder):
    repository = folder.path / "repository"
    repository.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=1777", "tmpfs", str(repository)], capture_output=True, check=False, timeout=20)
    if mounted.returncode != 0:
        pytest.skip("no right to mount a small volume")
    try:
        database = on_volume(folder.volume("source"), repository).init().start()
        code, message = database.run("backup")
        assert code != 0 and message == "StoreFull: the volume of the backups has 0 MiB left; raise its storage", message
        database.sql("select 1")
    finally:
        subprocess.run(["umount", "-l", str(repository)], check=True, timeout=20)
