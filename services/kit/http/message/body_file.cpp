#include "services/kit/http/message/body_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace kit::http {
namespace {

int open_nameless() {
  const char* folder = std::getenv("TMPDIR");
  const int fd = open(folder && *folder ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  return fd >= 0 ? fd : memfd_create("request body", MFD_CLOEXEC);
}

}  // namespace

BodyFile::BodyFile(std::shared_ptr<std::atomic<int>> count) : count_(std::move(count)), fd_(open_nameless()) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "a file for a request's body");
  ++*count_;
}

BodyFile::~BodyFile() {
  close(fd_);
  --*count_;
}

bool BodyFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto done = write(fd_, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    size_ += static_cast<std::uint64_t>(done);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

std::string BodyFile::read(std::uint64_t offset, std::size_t count) const {
  std::string out(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const auto done = pread(fd_, out.data() + have, count - have, static_cast<off_t>(offset + have));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw std::system_error(errno, std::generic_category(), "a request's body");
    if (done == 0) break;
    have += static_cast<std::size_t>(done);
  }
  out.resize(have);
  return out;
}

}  // namespace kit::http
