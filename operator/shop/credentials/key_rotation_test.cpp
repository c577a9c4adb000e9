#include "operator/shop/credentials/key_rotation.hpp"

#include "services/kit/identity/signing_keys.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using Json = nlohmann::json;
constexpr std::int64_t start = 1'800'000'000;
constexpr RotationTimes times;

std::set<std::string> kids(const Json& set) {
  std::set<std::string> result;
  for (const auto& key : set["keys"]) result.insert(key["kid"]);
  return result;
}
std::string signing(const Json& set) { return set["keys"][0]["kid"]; }

/// A pass that finds all keys published, as they are after the pass that made them.
Json pass(const Json& set, std::int64_t now, const std::string& rotation = "") {
  return rotated(set, now, rotation, kids(set), times);
}

TEST(KeyRotation, KeepsARecentKey) {
  const auto set = first_signing_keys(start);
  EXPECT_EQ(pass(set, start), set);
  EXPECT_EQ(pass(set, start + times.period - 1), set);
  EXPECT_FALSE(rotation_due(set));
}

TEST(KeyRotation, PublishesThenSignsThenRetires) {
  const auto first = first_signing_keys(start);
  const auto begun = start + times.period;
  const auto made = pass(first, begun);
  ASSERT_EQ(made["keys"].size(), 2u);
  EXPECT_EQ(made["keys"][0], first["keys"][0]) << "the old key still signs";
  const auto published = pass(made, begun + 1);
  EXPECT_EQ(rotation_due(published), begun + 1 + times.publish);
  EXPECT_EQ(pass(published, begun + times.publish), published) << "and only one is made";

  const auto promoted = begun + 1 + times.publish;
  const auto signs = pass(published, promoted);
  ASSERT_EQ(signs["keys"].size(), 2u);
  EXPECT_EQ(signing(signs), published["keys"][1]["kid"].get<std::string>());
  EXPECT_EQ(signs["keys"][1], first["keys"][0]) << "its tokens still count";
  EXPECT_EQ(rotation_due(signs), promoted + times.retire);
  EXPECT_EQ(pass(signs, promoted + times.retire - 1), signs);

  const auto retired = pass(signs, promoted + times.retire);
  ASSERT_EQ(retired["keys"].size(), 1u);
  EXPECT_EQ(retired["keys"][0], signs["keys"][0]);
  EXPECT_FALSE(rotation_due(retired));
}

TEST(KeyRotation, RetiresTheOldKeyOnlyAfterItsLastTokenWhenAPauseDelayedTheNewOne) {
  const auto published =
      pass(pass(first_signing_keys(start), start + times.period), start + times.period + 1);
  const auto back = start + times.period + 10 * 86400;
  const auto signs = pass(published, back);
  EXPECT_EQ(signing(signs), published["keys"][1]["kid"].get<std::string>());
  EXPECT_TRUE(kids(signs).contains(signing(published))) << "it signed until this pass";
  EXPECT_TRUE(kids(pass(signs, back + times.retire - 1)).contains(signing(published)));
  EXPECT_FALSE(kids(pass(signs, back + times.retire)).contains(signing(published)));
}

TEST(KeyRotation, LetsNoKeySignThatWasNotPublishedForLongEnough) {
  const auto first = first_signing_keys(start);
  const auto made = pass(first, start + times.period);
  const auto back = start + times.period + 86400;
  auto later = rotated(made, back, "", kids(first), times);
  EXPECT_EQ(later, made) << "the operator stopped before it published the key";
  later = rotated(later, back + 1, "", kids(made), times);
  EXPECT_EQ(signing(later), signing(first));
  EXPECT_EQ(signing(pass(later, back + times.publish)), signing(first));
  EXPECT_EQ(signing(rotated(later, back + 1 + times.publish, "", kids(first), times)), signing(first))
      << "it is no longer published";
  EXPECT_NE(signing(pass(later, back + 1 + times.publish)), signing(first));
}

TEST(KeyRotation, StartsOncePerRequest) {
  const auto set = first_signing_keys(start);
  auto requested = pass(set, start + 5, "leaked");
  EXPECT_EQ(requested["keys"].size(), 2u);
  requested = pass(requested, start + 6, "leaked");
  EXPECT_EQ(pass(requested, start + 7, "leaked"), requested);
  const auto promoted = start + 6 + times.publish;
  const auto done = pass(pass(requested, promoted, "leaked"), promoted + times.retire, "leaked");
  EXPECT_EQ(done["keys"].size(), 1u);
  EXPECT_NE(signing(done), signing(set));
  EXPECT_EQ(pass(done, promoted + times.retire + 1, "again")["keys"].size(), 2u);
}

TEST(KeyRotation, CountsKeysOfAnOlderOperatorFromTheFirstPass) {
  EXPECT_EQ(pass(kit::generate_signing_keys(), start)["keys"].size(), 2u) << "without nbf: old";
  // As an operator stopped before it promoted the second key left them.
  auto old = first_signing_keys(start);
  old["keys"][0].erase("signs_since");
  old["keys"].push_back(kit::generate_signing_key(start));
  old["keys"][1]["nbf"] = start + 600;
  const auto back = start + 86400;
  const auto seen = pass(old, back);
  EXPECT_EQ(kids(seen), kids(old));
  EXPECT_EQ(signing(seen), signing(old));
  const auto signs = pass(seen, back + times.publish);
  EXPECT_EQ(signing(signs), old["keys"][1]["kid"].get<std::string>());
  EXPECT_EQ(kids(signs), kids(old)) << "and the first one still counts";
  // As one stopped before it retired the first key left them.
  old["keys"] = {old["keys"][1], old["keys"][0]};
  EXPECT_EQ(kids(pass(old, back)), kids(old));
  EXPECT_EQ(pass(pass(old, back), back + times.retire)["keys"].size(), 1u);
}

}  // namespace
}  // namespace shop
