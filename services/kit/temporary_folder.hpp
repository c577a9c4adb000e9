#pragma once
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace kit {

/// A new folder that only we can read (mode 0700), gone with the object.
class TemporaryFolder {
 public:
  /// Throws std::runtime_error, std::filesystem::filesystem_error.
  explicit TemporaryFolder(const std::string& prefix = "shopkeeper") {
    std::string name = std::filesystem::temp_directory_path() / (prefix + "-XXXXXX");
    if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make the folder " + name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace kit
