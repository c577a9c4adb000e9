#include "services/kit/http/client/token_file.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace kit::http {
namespace {

bool same(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

std::string TokenFile::token() {
  struct stat now {};
  if (stat(path_.c_str(), &now) != 0) throw std::runtime_error("token file " + path_ + " cannot be read");
  const std::lock_guard guard(lock_);
  if (!token_.empty() && same(now, seen_)) return token_;
  std::ifstream file(path_, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (!file || begin == std::string::npos)
    throw std::runtime_error("token file " + path_ + " is empty or cannot be read");
  token_ = text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
  seen_ = now;
  return token_;
}

}  // namespace kit::http
