#include "services/kit/identity/jwt.hpp"
#include "services/kit/temporary_folder.hpp"
#include "services/kit/testing/eventually.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace kit::identity {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

class KeyFileTest : public testing::Test {
 protected:
  void write(const std::string& text) const { std::ofstream(path()) << text; }
  /// As Kubernetes changes a mounted ConfigMap: a new file takes the name in one step.
  void replace(const std::string& text) const {
    std::ofstream(folder / "new") << text;
    fs::rename(folder / "new", path());
  }
  std::string path() const { return folder / "jwks.json"; }
  static std::string set_of(const Key& key) { return Json{{"keys", {public_part(key)}}}.dump(); }
  /// Waits until the file is read again, which is checked once a second.
  static bool becomes(const KeyFile& file, const Key& key) {
    return kit::eventually([&] { return file.keys()->at(0).kid == key.kid; });
  }

  TemporaryFolder folder;
};

TEST_F(KeyFileTest, ThrowsWithoutAnInitialSet) {
  EXPECT_THROW(KeyFile(path()).keys(), std::runtime_error);
  write("no JSON");
  EXPECT_THROW(KeyFile(path()).keys(), std::runtime_error);
}

TEST_F(KeyFileTest, FollowsRotationAndKeepsTheLastValidSet) {
  const auto old_key = generate_ed25519();
  const auto new_key = generate_ed25519();
  write(set_of(old_key));
  const KeyFile file(path());
  ASSERT_EQ(file.keys()->at(0).kid, old_key.kid);

  replace("{\"keys\": half a fi");
  replace(set_of(new_key));
  EXPECT_TRUE(becomes(file, new_key));

  const auto held = file.keys();
  fs::remove(path());
  replace("no JSON at all");
  file.keys();
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_EQ(file.keys()->at(0).kid, new_key.kid);

  replace(set_of(old_key));
  EXPECT_TRUE(becomes(file, old_key));
  EXPECT_EQ(held->at(0).kid, new_key.kid) << "who holds a set keeps it";
}

TEST_F(KeyFileTest, IsReadFromSeveralThreads) {
  const auto key = generate_ed25519();
  write(set_of(key));
  const KeyFile file(path());
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) right += file.keys()->size() == 1;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 4000);
}

}  // namespace
}  // namespace kit::identity
