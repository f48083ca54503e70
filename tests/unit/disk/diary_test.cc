#include "disk/diary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "support/files.h"
#include "support/temp_dir.h"

namespace playhead::disk {
namespace {

TEST(Diary, KeepsTwoFilesOfBoundedSize) {
  test::TempDir dir;
  Diary diary(dir.path(), 1'000);
  for (int i = 0; i < 100; ++i) rocksdb::Warn(&diary, "line %d", i);
  const auto newest = test::read_file(dir / "LOG"), older = test::read_file(dir / "LOG.old");
  EXPECT_THAT(newest, testing::HasSubstr("line 99\n"));
  EXPECT_LE(newest.size(), 1'000u);
  EXPECT_LE(older.size(), 1'000u);
  EXPECT_EQ(test::files_in(dir.path(), "").size(), 2u);
}

TEST(Diary, CutsALineThatIsTooLong) {
  test::TempDir dir;
  Diary diary(dir.path());
  rocksdb::Warn(&diary, "%s", std::string(5'000, 'x').c_str());
  const auto text = test::read_file(dir / "LOG");
  EXPECT_LE(text.size(), 2'000u);
  EXPECT_TRUE(text.ends_with("x\n"));
}

TEST(Diary, DropsWhatItCannotWriteAndGoesOnWhenItCan) {
  test::TempDir dir;
  Diary diary(dir / "later");
  rocksdb::Warn(&diary, "lost");
  rocksdb::Warn(&diary, "lost too");
  std::filesystem::create_directory(dir / "later");
  rocksdb::Warn(&diary, "kept");
  rocksdb::Warn(&diary, "kept too");
  EXPECT_THAT(test::read_file(dir / "later/LOG"),
              testing::MatchesRegex("[^\n]*Z \\[WARN\\] kept\n[^\n]* kept too\n"));
}

TEST(Diary, KeepsWholeLinesOnAFullDisk) {
  test::TempDir dir;
  if (::mount("tmpfs", dir.path().c_str(), "tmpfs", 0, "size=8k") != 0)
    GTEST_SKIP() << "needs to mount a tmpfs of 8 kB, which this user may not: " << std::strerror(errno);
  {
    Diary diary(dir.path());
    for (int i = 0; i < 500; ++i) rocksdb::Warn(&diary, "line %d", i);
    const auto text = test::read_file(dir / "LOG");
    EXPECT_GT(text.size(), 4'000u);
    EXPECT_TRUE(text.ends_with("\n")) << text.substr(text.size() - 40);
  }
  ::umount(dir.path().c_str());
}

}  // namespace
}  // namespace playhead::disk
