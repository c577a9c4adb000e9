#include "services/kit/identity/jwt.hpp"
#include "services/kit/log/log.hpp"

#include <sodium.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace kit::identity {
namespace {

using Keys = std::shared_ptr<const std::vector<Key>>;

/// Changes when a file is rewritten or replaced as Kubernetes does (a symbolic link to another folder).
struct Stamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  timespec modified{};

  bool operator==(const Stamp& o) const {
    return device == o.device && inode == o.inode && size == o.size && modified.tv_sec == o.modified.tv_sec &&
           modified.tv_nsec == o.modified.tv_nsec;
  }
};

std::optional<Stamp> stamp_of(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return std::nullopt;
  return Stamp{s.st_dev, s.st_ino, s.st_size, s.st_mtim};
}

Keys read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(path + " cannot be read");
  std::ostringstream text;
  text << in.rdbuf();
  try {
    return std::make_shared<const std::vector<Key>>(parse_jwks(text.str()));
  } catch (const std::invalid_argument& e) {
    throw std::runtime_error(path + " is " + e.what());
  }
}

}  // namespace

struct KeyFile::State {
  std::string path;
  std::mutex lock;
  std::chrono::steady_clock::time_point looked{};
  Stamp stamp;  ///< of the last read, successful or not
  Keys keys;
};

KeyFile::KeyFile(std::string path) : state_(std::make_shared<State>()) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
  state_->path = std::move(path);
}

Keys KeyFile::keys() const {
  auto& state = *state_;
  const std::lock_guard guard(state.lock);
  const auto now = std::chrono::steady_clock::now();
  if (state.keys && now - state.looked < std::chrono::seconds(1)) return state.keys;
  state.looked = now;
  const auto stamp = stamp_of(state.path);
  if (!state.keys) {
    state.keys = read(state.path);
    state.stamp = stamp.value_or(Stamp{});
  } else if (stamp && !(*stamp == state.stamp)) {
    state.stamp = *stamp;  // first, so that a malformed file is reported once
    try {
      state.keys = read(state.path);
      log::info("keys read again", {{"file", state.path}, {"keys", state.keys->size()}});
    } catch (const std::runtime_error& e) {
      log::warn("keys kept as they were", {{"file", state.path}, {"error", e.what()}});
    }
  }
  return state.keys;
}

}  // namespace kit::identity
