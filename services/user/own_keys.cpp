#include "services/user/own_keys.hpp"

#include "services/kit/keys/signing_keys.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace user {
namespace {

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace

OwnKeys::OwnKeys() {
  auto name = (std::filesystem::temp_directory_path() / "shopkeeper-keys-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make a folder for keys");  // mode 0700
  folder_ = name;
  const auto keys = kit::generate_signing_keys();
  write(signing_file(), keys.dump());
  write(jwks_file(), kit::public_keys(keys).dump());
}

OwnKeys::~OwnKeys() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace user
