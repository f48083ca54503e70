#include "crash/forgetful_fs.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace playhead::test {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// Bytes pass through this process's memory at any length, which direct I/O has rules about.
FileOptions through_memory(FileOptions options) {
  options.use_direct_reads = options.use_direct_writes = false;
  return options;
}

class ForgetfulWriter final : public rocksdb::FSWritableFile {
 public:
  ForgetfulWriter(ForgetfulFs& fs, std::shared_ptr<UnsyncedFile> state, std::unique_ptr<rocksdb::FSWritableFile> real)
      : fs_(fs), state_(std::move(state)), real_(std::move(real)) {}

  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override { return fs_.append(*state_, data); }
  IOStatus Append(const Slice& data, const IOOptions&, const rocksdb::DataVerificationInfo&,
                  IODebugContext*) override {
    return fs_.append(*state_, data);
  }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return fs_.sync(*state_, *real_); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return fs_.sync(*state_, *real_); }
  // Only a hint: nothing is durable by it.
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }
  bool IsSyncThreadSafe() const override { return true; }
  // Closing is no sync.
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override { return real_->Close(options, debug); }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(state_->mutex);
    return state_->synced + state_->unsynced.size();
  }

 private:
  ForgetfulFs& fs_;
  std::shared_ptr<UnsyncedFile> state_;
  std::unique_ptr<rocksdb::FSWritableFile> real_;
};

// The real file's bytes, and behind them the unsynced ones.
class ForgetfulReader final : public rocksdb::FSRandomAccessFile {
 public:
  ForgetfulReader(std::shared_ptr<UnsyncedFile> state, std::unique_ptr<rocksdb::FSRandomAccessFile> real)
      : state_(std::move(state)), real_(std::move(real)) {}

  IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    const std::lock_guard lock(state_->mutex);
    std::size_t got = 0;
    if (offset < state_->synced) {
      const auto status =
          real_->Read(offset, std::min<std::uint64_t>(n, state_->synced - offset), options, result, scratch, debug);
      if (!status.ok()) return status;
      got = result->size();
      if (result->data() != scratch) std::memmove(scratch, result->data(), got);
    }
    if (got < n && offset + got >= state_->synced) {
      const auto behind = offset + got - state_->synced;
      if (behind < state_->unsynced.size()) got += state_->unsynced.copy(scratch + got, n - got, behind);
    }
    *result = Slice(scratch, got);
    return IOStatus::OK();
  }

 private:
  std::shared_ptr<UnsyncedFile> state_;
  std::unique_ptr<rocksdb::FSRandomAccessFile> real_;
};

class ForgetfulSequentialReader final : public rocksdb::FSSequentialFile {
 public:
  explicit ForgetfulSequentialReader(std::unique_ptr<rocksdb::FSRandomAccessFile> file) : file_(std::move(file)) {}

  IOStatus Read(std::size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    const auto status = file_->Read(at_, n, options, result, scratch, debug);
    if (status.ok()) at_ += result->size();
    return status;
  }
  IOStatus Skip(std::uint64_t n) override {
    at_ += n;
    return IOStatus::OK();
  }

 private:
  std::unique_ptr<rocksdb::FSRandomAccessFile> file_;
  std::uint64_t at_ = 0;
};

}  // namespace

IOStatus ForgetfulFs::allowed() const { return powered_ ? IOStatus::OK() : IOStatus::IOError("the power is off"); }

void ForgetfulFs::power_cut() {
  powered_ = false;
  const std::lock_guard lock(mutex_);
  for (const auto& [path, file] : files_) {
    const std::lock_guard file_lock(file->mutex);
    file->unsynced.clear();
  }
}

IOStatus ForgetfulFs::append(UnsyncedFile& file, const Slice& data) const {
  if (const auto status = allowed(); !status.ok()) return status;
  const std::lock_guard lock(file.mutex);
  file.unsynced.append(data.data(), full_ ? data.size() / 2 : data.size());
  return full_ ? IOStatus::NoSpace("injected: the disk is full") : IOStatus::OK();
}

IOStatus ForgetfulFs::sync(UnsyncedFile& file, rocksdb::FSWritableFile& real) {
  if (ignore_syncs_ && file.write_ahead_log) return IOStatus::OK();
  if (const auto status = allowed(); !status.ok()) return status;
  ++syncs_;
  const std::lock_guard lock(file.mutex);
  if (fail_syncs_) {
    file.lost = true;
    return IOStatus::IOError("injected: fdatasync failed");
  }
  if (file.lost) return IOStatus::OK();
  auto status = real.Append(file.unsynced, {}, nullptr);
  if (status.ok()) status = real.Sync({}, nullptr);
  if (!status.ok()) return status;
  file.synced += file.unsynced.size();
  file.unsynced.clear();
  return status;
}

std::shared_ptr<UnsyncedFile> ForgetfulFs::find(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second;
}

IOStatus ForgetfulFs::wrap(const std::string& path, std::uint64_t size,
                           std::unique_ptr<rocksdb::FSWritableFile>* file) {
  auto state = std::make_shared<UnsyncedFile>();
  state->synced = size;
  state->write_ahead_log = path.ends_with(".log");
  {
    const std::lock_guard lock(mutex_);
    files_[path] = state;
  }
  *file = std::make_unique<ForgetfulWriter>(*this, std::move(state), std::move(*file));
  return IOStatus::OK();
}

IOStatus ForgetfulFs::NewWritableFile(const std::string& path, const FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  if (const auto status = allowed(); !status.ok()) return status;
  const auto status = target()->NewWritableFile(path, through_memory(options), file, debug);
  return status.ok() ? wrap(path, 0, file) : status;
}

IOStatus ForgetfulFs::ReopenWritableFile(const std::string& path, const FileOptions& options,
                                         std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  if (const auto status = allowed(); !status.ok()) return status;
  const auto status = target()->ReopenWritableFile(path, through_memory(options), file, debug);
  return status.ok() ? wrap(path, (*file)->GetFileSize({}, debug), file) : status;
}

IOStatus ForgetfulFs::NewSequentialFile(const std::string& path, const FileOptions& options,
                                        std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* debug) {
  if (!find(path)) return target()->NewSequentialFile(path, options, file, debug);
  std::unique_ptr<rocksdb::FSRandomAccessFile> random;
  const auto status = NewRandomAccessFile(path, options, &random, debug);
  if (status.ok()) *file = std::make_unique<ForgetfulSequentialReader>(std::move(random));
  return status;
}

IOStatus ForgetfulFs::NewRandomAccessFile(const std::string& path, const FileOptions& options,
                                          std::unique_ptr<rocksdb::FSRandomAccessFile>* file, IODebugContext* debug) {
  const auto status = target()->NewRandomAccessFile(path, through_memory(options), file, debug);
  auto state = find(path);
  if (status.ok() && state) *file = std::make_unique<ForgetfulReader>(std::move(state), std::move(*file));
  return status;
}

IOStatus ForgetfulFs::GetFileSize(const std::string& path, const IOOptions& options, std::uint64_t* size,
                                  IODebugContext* debug) {
  const auto state = find(path);
  if (!state) return target()->GetFileSize(path, options, size, debug);
  const std::lock_guard lock(state->mutex);
  *size = state->synced + state->unsynced.size();
  return IOStatus::OK();
}

IOStatus ForgetfulFs::RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                                 IODebugContext* debug) {
  if (const auto status = allowed(); !status.ok()) return status;
  const std::lock_guard lock(mutex_);
  const auto status = target()->RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  auto moved = files_.extract(from);
  files_.erase(to);
  if (moved) {
    moved.key() = to;
    files_.insert(std::move(moved));
  }
  return status;
}

IOStatus ForgetfulFs::DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* debug) {
  if (const auto status = allowed(); !status.ok()) return status;
  const std::lock_guard lock(mutex_);
  files_.erase(path);
  return target()->DeleteFile(path, options, debug);
}

IOStatus ForgetfulFs::GetFreeSpace(const std::string& path, const IOOptions& options, std::uint64_t* free,
                                   IODebugContext* debug) {
  *free = 0;
  return full_ ? IOStatus::OK() : target()->GetFreeSpace(path, options, free, debug);
}

rocksdb::Env* forgetful_env() {
  static rocksdb::Env* const kEnv =
      rocksdb::NewCompositeEnv(std::make_shared<ForgetfulFs>(rocksdb::FileSystem::Default())).release();
  return kEnv;
}

}  // namespace playhead::test
