#include "disk/data_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "base/error.h"
#include "support/temp_dir.h"

namespace playhead::disk {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal(const std::function<void()>& start) {
  try {
    start();
  } catch (const StartupError& error) {
    return error.what();
  }
  return "it started";
}

class DataFolderTest : public testing::Test {
 protected:
  std::string open_again(std::string_view ordering) {
    return refusal([&] { DataFolder again(path_, ordering); });
  }
  test::TempDir dir_;
  const std::string path_ = dir_ / "deep/data";
};

TEST_F(DataFolderTest, IsCreatedForItsOwnerOnly) {
  DataFolder folder(path_, "timestamp");
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path_).permissions(), perms::owner_all);
  EXPECT_EQ(std::filesystem::status(path_ + "/FORMAT").permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(DataFolderTest, OpensAgainWithTheSameOrdering) {
  {
    DataFolder folder(path_, "counter");
  }
  DataFolder again(path_, "counter");
  EXPECT_EQ(again.log_path(), path_ + "/log");
}

TEST_F(DataFolderTest, RefusesAnotherOrderingAndNamesTheOneToSet) {
  {
    DataFolder folder(path_, "counter");
  }
  EXPECT_THAT(open_again("timestamp"), AllOf(HasSubstr(path_), HasSubstr("set ordering = \"counter\"")));
}

TEST_F(DataFolderTest, RefusesAnotherFormatAndSaysWhichItIs) {
  {
    DataFolder folder(path_, "timestamp");
  }
  std::ofstream(path_ + "/FORMAT") << "playhead data\nformat: 2\nordering: timestamp\n";
  EXPECT_THAT(open_again("timestamp"), AllOf(HasSubstr("is of format 2"), HasSubstr("reads format 1")));
  std::ofstream(path_ + "/FORMAT") << "something else\n";
  EXPECT_THAT(open_again("timestamp"), HasSubstr("not Playhead's"));
}

TEST_F(DataFolderTest, RefusesDataOfUnknownOrigin) {
  std::filesystem::create_directories(path_ + "/store");
  EXPECT_THAT(open_again("timestamp"), HasSubstr("no FORMAT file"));
}

TEST_F(DataFolderTest, IsOneProcesssAtATime) {
  {
    DataFolder folder(path_, "timestamp");
    EXPECT_THAT(open_again("timestamp"),
                AllOf(HasSubstr("in use by another Playhead"), HasSubstr("process " + std::to_string(::getpid()))));
  }
  EXPECT_EQ(open_again("timestamp"), "it started");
}

TEST_F(DataFolderTest, RefusesAFileInItsPlace) {
  std::ofstream(dir_ / "file") << "x";
  EXPECT_THAT(refusal([&] { DataFolder folder(dir_ / "file", "timestamp"); }), HasSubstr("is not a folder"));
}

}  // namespace
}  // namespace playhead::disk
