#include "services/user/accounts/development_keys.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace user {
namespace {

nlohmann::json read(const std::string& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

TEST(DevelopmentKeys, ArePrivateAndRemovedWithTheirOwner) {
  std::filesystem::path folder;
  {
    const DevelopmentKeys keys;
    folder = std::filesystem::path(keys.signing_file()).parent_path();
    EXPECT_EQ(std::filesystem::status(folder).permissions(), std::filesystem::perms::owner_all);
    const auto both = read(keys.signing_file()), known = read(keys.jwks_file());
    EXPECT_TRUE(both["keys"][0].contains("d"));
    EXPECT_FALSE(known["keys"][0].contains("d"));
    EXPECT_EQ(both["keys"][0]["kid"], known["keys"][0]["kid"]);
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

}  // namespace
}  // namespace user
