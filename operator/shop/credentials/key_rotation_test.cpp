#include "operator/shop/credentials/key_rotation.hpp"

#include "services/kit/identity/signing_keys.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using Json = nlohmann::json;
constexpr std::int64_t start = 1'800'000'000;
constexpr RotationTimes times;

TEST(KeyRotation, KeepsARecentKey) {
  const auto set = first_signing_keys(start);
  EXPECT_EQ(rotated(set, start, ""), set);
  EXPECT_EQ(rotated(set, start + times.period - 1, ""), set);
}

TEST(KeyRotation, PublishesThenSignsThenRetires) {
  const auto first = first_signing_keys(start);
  const auto begun = start + times.period;
  const auto published = rotated(first, begun, "");
  ASSERT_EQ(published["keys"].size(), 2u);
  EXPECT_EQ(published["keys"][0], first["keys"][0]) << "the old key still signs";
  EXPECT_EQ(rotated(published, begun + times.publish - 1, ""), published) << "and only one is made";

  const auto signs = rotated(published, begun + times.publish, "");
  ASSERT_EQ(signs["keys"].size(), 2u);
  EXPECT_EQ(signs["keys"][0], published["keys"][1]);
  EXPECT_EQ(signs["keys"][1], first["keys"][0]) << "its tokens still count";
  EXPECT_EQ(rotated(signs, begun + times.publish + times.retire - 1, ""), signs);

  const auto retired = rotated(signs, begun + times.publish + times.retire, "");
  ASSERT_EQ(retired["keys"].size(), 1u);
  EXPECT_EQ(retired["keys"][0], signs["keys"][0]);
}

TEST(KeyRotation, StartsOncePerRequest) {
  const auto set = first_signing_keys(start);
  const auto requested = rotated(set, start + 5, "leaked");
  EXPECT_EQ(requested["keys"].size(), 2u);
  EXPECT_EQ(rotated(requested, start + 6, "leaked"), requested);
  const auto done = rotated(rotated(requested, start + 5 + times.publish, "leaked"),
                            start + 5 + times.publish + times.retire, "leaked");
  EXPECT_EQ(done["keys"].size(), 1u);
  EXPECT_NE(done["keys"][0]["kid"], set["keys"][0]["kid"]);
  EXPECT_EQ(rotated(done, start + 5 + times.publish + times.retire + 1, "again")["keys"].size(), 2u);
}

TEST(KeyRotation, TakesKeysWithoutNbfForOld) {
  const auto set = kit::generate_signing_keys();
  EXPECT_EQ(rotated(set, start, "")["keys"].size(), 2u);
}

}  // namespace
}  // namespace shop
