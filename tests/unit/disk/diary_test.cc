#include "disk/diary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(Diary, DropsWhatItCannotWrite) {
  Diary diary("/dev/null/nowhere");
  rocksdb::Warn(&diary, "lost");
  rocksdb::Warn(&diary, "lost too");
}

}  // namespace
}  // namespace playhead::disk
