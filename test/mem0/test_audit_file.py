"""
Goal: records reach the file whole, and no request ever waits for it or fails with it.
Method: the file is a real one, or cannot be written, or is one whose disk stands still until the test lets it go.
"""

import json
import multiprocessing
import os
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

from mem0_usage import audit_file
from mem0_usage.audit_file import AuditFile
from mem0_usage.harmless import usage_health


def append_many(path, writer, number):
    file = AuditFile()
    file.use(lambda: path)
    for index in range(number):
        file.append(lambda index=index: [{"writer": writer, "index": index, "text": "x" * 9000}])
    assert file.flush(60)


class AuditFileTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "audit-2026-11-21.jsonl"
        self.file = AuditFile()
        self.file.use(lambda: self.path)
        self.before = usage_health()

    def changed(self, figure):
        return usage_health()[figure] - self.before[figure]

    def test_each_record_is_one_write_at_the_end_of_the_file(self):
        self.path.write_text("first\n")
        with mock.patch.object(os, "write", side_effect=os.write) as write:
            self.file.append(lambda: [{"agent_id": "größe"}, {"text": "y" * 100_000}])
            self.assertTrue(self.file.flush(30))
        self.assertEqual(write.call_count, 2)
        lines = self.path.read_text(encoding="utf-8").splitlines()
        self.assertEqual(lines[0:2], ["first", '{"agent_id": "größe"}'])
        self.assertEqual(len(lines), 3)
        self.assertEqual(self.changed("records_written"), 2)

    def test_lines_of_several_processes_are_never_torn(self):
        spawn = multiprocessing.get_context("spawn")
        writers = [spawn.Process(target=append_many, args=(self.path, writer, 200)) for writer in range(2)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        records = [json.loads(line) for line in self.path.read_text().splitlines()]
        for writer in range(2):
            self.assertEqual([r["index"] for r in records if r["writer"] == writer], list(range(200)))

    def test_half_a_surrogate_pair_becomes_its_escape(self):
        self.file.append(lambda: [{"agent_id": "\ud800"}])
        self.assertTrue(self.file.flush(30))
        self.assertEqual(self.path.read_bytes(), b'{"agent_id": "\\ud800"}\n')

    def test_the_file_is_asked_for_anew_each_time(self):
        for name in ("one", "two"):
            self.file.use(lambda name=name: self.path.with_name(name))
            self.file.append(lambda: [{}])
            self.assertTrue(self.file.flush(30))
        self.assertEqual({path.name for path in self.path.parent.iterdir()}, {"one", "two"})

    def test_nobody_waits_for_a_disk_that_stands_still_and_what_is_too_much_is_counted(self):
        is_asked, may_go_on = threading.Event(), threading.Event()

        def slow_path():
            is_asked.set()
            may_go_on.wait()
            return self.path

        self.file.use(slow_path)
        self.file.append(lambda: [{}])
        is_asked.wait()
        for _ in range(audit_file.WAITING_MAX + 3):
            self.file.append(lambda: [{}])
        self.assertEqual(self.changed("records_lost"), 3)
        self.assertFalse(self.file.flush(0.01))
        may_go_on.set()
        self.assertTrue(self.file.flush(60))
        self.assertEqual(self.changed("records_written"), audit_file.WAITING_MAX + 1)

    def test_a_file_that_cannot_be_written_costs_its_records_and_nothing_else(self):
        for wrong in (self.path.parent, self.path / "not" / "there"):
            self.file.use(lambda wrong=wrong: wrong)
            self.file.append(lambda: [{}, {}])
            self.assertTrue(self.file.flush(30))
        self.file.use(lambda: self.path)
        self.file.append(lambda: [{}])
        self.assertTrue(self.file.flush(30))
        self.assertEqual((self.changed("records_lost"), self.changed("records_written")), (4, 1))

    def test_a_line_that_a_full_disk_cuts_short_does_not_spoil_the_next_one(self):
        with mock.patch.object(os, "write", side_effect=lambda file, line: WRITE(file, line[:5])):
            self.file.append(lambda: [{"cut": "short"}])
            self.assertTrue(self.file.flush(30))
        self.file.append(lambda: [{"whole": True}])
        self.assertTrue(self.file.flush(30))
        self.assertEqual(self.path.read_text().splitlines(), ['{"cut', '{"whole": true}'])
        self.assertEqual(self.changed("records_lost"), 1)

    def test_an_error_in_making_records_is_counted_and_the_next_ones_are_written(self):
        self.file.append(lambda: [{"no": object()}])
        self.file.append(lambda: 1 / 0)
        self.file.append(lambda: [{}])
        self.assertTrue(self.file.flush(30))
        self.assertEqual(self.path.read_text(), "{}\n")
        self.assertEqual(self.changed("errors"), 2)

    def test_without_a_file_nothing_is_recorded(self):
        file = AuditFile()
        file.append(lambda: self.fail("nothing asks for it"))
        self.assertFalse(file.is_known)
        self.assertTrue(file.flush(30))


WRITE = os.write

if __name__ == "__main__":
    unittest.main()
