#include "services/product/reviews/review.hpp"

#include "services/kit/error/testing.hpp"

#include <gtest/gtest.h>

namespace product {
namespace {

using kit::refused;
using nlohmann::json;

TEST(ReadReview, NeedsARatingOnly) {
  const auto review = read_review({{"rating", 4}});
  EXPECT_EQ(review.rating, 4);
  EXPECT_EQ(review.title, std::nullopt);
  EXPECT_EQ(review.text, "");
  EXPECT_EQ(read_review({{"rating", 1}, {"text", std::string(5000, 'x')}}).text.size(), 5000U);
}

TEST(ReadReview, NamesWhatIsWrong) {
  for (const json& rating : {json(0), json(6), json(4.5), json("5"), json(nullptr)})
    EXPECT_EQ(refused([&] { read_review({{"rating", rating}}); }), "rating") << rating;
  EXPECT_EQ(refused([] { read_review({{"rating", 1}, {"text", std::string(5001, 'x')}}); }), "text");
  EXPECT_EQ(refused([] { read_review({{"rating", 1}, {"title", " "}}); }), "title");
  EXPECT_EQ(refused([] { read_review({{"rating", 1}, {"verified_purchase", true}}); }), "verified_purchase");
}

TEST(ReadReviewChange, KeepsWhatIsNotGiven) {
  EXPECT_EQ(read_review_change({{"rating", 2}}).text, std::nullopt);
  EXPECT_TRUE(read_review_change({{"title", nullptr}}).no_title);
  EXPECT_FALSE(read_review_change({{"text", ""}}).no_title);
  EXPECT_EQ(refused([] { read_review_change(json::object()); }), "rating");
  EXPECT_EQ(refused([] { read_review_change({{"text", nullptr}}); }), "text");
}

TEST(ReadStatusChange, HidesWithAReasonOnly) {
  EXPECT_FALSE(read_status_change({{"status", "hidden"}, {"reason", "insults"}}).published);
  EXPECT_TRUE(read_status_change({{"status", "published"}}).published);
  EXPECT_EQ(refused([] { read_status_change({{"status", "hidden"}}); }), "reason");
  EXPECT_EQ(refused([] { read_status_change({{"status", "gone"}, {"reason", "x"}}); }), "status");
}

}  // namespace
}  // namespace product
