#include "services/kit/identity/jwt.hpp"
#include "services/kit/temporary_folder.hpp"

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
  /// Waits until the file is looked at again (once a second) and `done` holds of its keys.
  template <class F>
  static bool eventually(const KeyFile& file, F done) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < until) {
      if (done(*file.keys())) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
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
  EXPECT_TRUE(eventually(file, [&](const auto& keys) { return keys.at(0).kid == new_key.kid; }));

  const auto held = file.keys();
  fs::remove(path());
  replace("no JSON at all");
  const auto once_more = std::chrono::steady_clock::now() + std::chrono::milliseconds(1200);
  EXPECT_TRUE(eventually(file, [&](const auto&) { return std::chrono::steady_clock::now() > once_more; }));
  EXPECT_EQ(file.keys()->at(0).kid, new_key.kid);

  replace(set_of(old_key));
  EXPECT_TRUE(eventually(file, [&](const auto& keys) { return keys.at(0).kid == old_key.kid; }));
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
