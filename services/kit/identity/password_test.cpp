#include "services/kit/identity/password.hpp"

#include "services/kit/error/problem.hpp"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace kit::identity {
namespace {

TEST(Passwords, MatchOnlyTheirOwnHash) {
  kit::Metrics metrics;
  const Passwords passwords(metrics);
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

TEST(Passwords, TakeAsLongForAMissingHashAsForAWrongPassword) {
  kit::Metrics metrics;
  const Passwords passwords(metrics);
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

TEST(Passwords, ServeMoreThreadsThanMayRunAtOnce) {
  kit::Metrics metrics;
  const Passwords passwords(metrics, 1, 6);
  const auto hash = passwords.hash("secret one");
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back([&] { right += passwords.matches(hash, "secret one"); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 6);
  EXPECT_NE(metrics.text().find("password_hashes_waiting 0\n"), std::string::npos);
  EXPECT_NE(metrics.text().find("password_hashes_running 0\n"), std::string::npos);
}

TEST(Passwords, AreRefusedPastTheWaitingLimit) {
  kit::Metrics metrics;
  const Passwords passwords(metrics, 1, 1);
  std::atomic<int> done{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i)
    threads.emplace_back([&] {
      try {
        passwords.hash("secret one");
        ++done;
      } catch (const kit::Problem& problem) {
        EXPECT_EQ(problem.status(), 503);
        EXPECT_EQ(problem.headers().front().first, "Retry-After");
        ++refused;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done + refused, 12);
  EXPECT_GE(done, 1);
  EXPECT_EQ(metrics
                .counter("password_hashes_refused_total",
                         "Requests refused because too many password hashes waited.")
                .Value(),
            refused);
}

}  // namespace
}  // namespace kit::identity
