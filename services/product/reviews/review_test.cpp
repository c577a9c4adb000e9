#include "services/product/reviews/review.hpp"

#include "services/kit/error/testing.hpp"

#include <gtest/gtest.h>

namespace product {
namespace {

using kit::refused;
using kit::identity::Principal;
using nlohmann::json;

TEST(ReadReview, RequiresOnlyARating) {
  const auto review = read_review({{"rating", 4}});
  EXPECT_EQ(review.rating, 4);
  EXPECT_EQ(review.title, std::nullopt);
  EXPECT_EQ(review.text, "");
  EXPECT_EQ(read_review({{"rating", 1}, {"text", std::string(5000, 'x')}}).text.size(), 5000U);
  EXPECT_EQ(refused([] { read_review({{"rating", 1}, {"title", " "}}); }), "title");
}

TEST(ReadReviewChange, KeepsAbsentFields) {
  EXPECT_EQ(read_review_change({{"rating", 2}}).text, std::nullopt);
  EXPECT_TRUE(read_review_change({{"title", nullptr}}).remove_title);
  EXPECT_FALSE(read_review_change({{"text", ""}}).remove_title);
  EXPECT_EQ(refused([] { read_review_change(json::object()); }), "rating");
  EXPECT_EQ(refused([] { read_review_change({{"text", nullptr}}); }), "text");
}

TEST(ReadStatusChange, RequiresAReasonToHide) {
  EXPECT_FALSE(read_status_change({{"status", "hidden"}, {"reason", "insults"}}).published);
  EXPECT_TRUE(read_status_change({{"status", "published"}}).published);
  EXPECT_EQ(refused([] { read_status_change({{"status", "hidden"}}); }), "reason");
  EXPECT_EQ(refused([] { read_status_change({{"status", "gone"}, {"reason", "x"}}); }), "status");
}

Review review_by(std::int64_t author, bool published) {
  Review review;
  review.author.value = author;
  review.published = published;
  return review;
}

Principal principal(std::int64_t user, kit::identity::Role role) {
  Principal out;
  out.user.value = user;
  out.role = role;
  return out;
}

const Principal author = principal(1, kit::identity::Role::Customer);
const Principal other = principal(2, kit::identity::Role::Customer);
const Principal staff = principal(3, kit::identity::Role::Staff);

TEST(ReviewRules, HiddenReviewsAreVisibleToAuthorAndStaff) {
  EXPECT_TRUE(visible_to(review_by(1, true), std::nullopt));
  EXPECT_FALSE(visible_to(review_by(1, false), std::nullopt));
  EXPECT_FALSE(visible_to(review_by(1, false), other));
  EXPECT_TRUE(visible_to(review_by(1, false), author));
  EXPECT_TRUE(visible_to(review_by(1, false), staff));
}

TEST(ReviewRules, AuthorsEditAndStaffDelete) {
  EXPECT_NO_THROW(check_author(review_by(1, true), author));
  EXPECT_THROW(check_author(review_by(1, true), other), NotReviewAuthor);
  EXPECT_THROW(check_author(review_by(1, false), other), ReviewNotFound);
  EXPECT_THROW(check_author(review_by(1, true), staff), NotReviewAuthor);
  EXPECT_NO_THROW(check_author_or_staff(review_by(1, false), staff));
  EXPECT_THROW(check_author_or_staff(review_by(1, true), other), NotReviewAuthor);
  EXPECT_THROW(check_deletable(review_by(1, false), author), ReviewIsHidden);
  EXPECT_NO_THROW(check_deletable(review_by(1, false), staff));
}

}  // namespace
}  // namespace product
