#include "services/kit/auth/password.hpp"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace kit::auth {
namespace {

TEST(Passwords, MatchOnlyTheirOwnHash) {
  const Passwords passwords;
  const auto hash = passwords.hash("correct horse");
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
  EXPECT_NE(hash, passwords.hash("correct horse")) << "salted";
  EXPECT_TRUE(passwords.matches(hash, "correct horse"));
  EXPECT_FALSE(passwords.matches(hash, "correct horsf"));
  EXPECT_FALSE(passwords.matches(hash, ""));
  EXPECT_FALSE(passwords.matches("no hash", "correct horse"));
  EXPECT_FALSE(passwords.matches("", "correct horse"));
  EXPECT_FALSE(passwords.matches("", ""));
}

TEST(Passwords, TakeAsLongForNobodysAsForAWrongOne) {
  const Passwords passwords;
  const auto hash = passwords.hash("correct horse");
  const auto fastest = [&](const std::string& stored) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 7; ++i) {
      const auto start = std::chrono::steady_clock::now();
      EXPECT_FALSE(passwords.matches(stored, "wrong"));
      best = std::min(best, std::chrono::steady_clock::now() - start);
    }
    return std::chrono::duration<double>(best).count();
  };
  const double nobody = fastest("");
  const double wrong = fastest(hash);
  // The fastest of several, so that a busy machine does not matter; skipping the work would make it a
  // thousandth.
  EXPECT_GT(nobody, wrong * 0.25);
  EXPECT_LT(nobody, wrong * 4.0);
}

TEST(Passwords, OfMoreThreadsThanPlacesAllGetTheirTurn) {
  const Passwords passwords(1);
  const auto hash = passwords.hash("secret one");
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back([&] { right += passwords.matches(hash, "secret one"); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 6);
}

}  // namespace
}  // namespace kit::auth
