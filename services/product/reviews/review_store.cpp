#include "services/product/reviews/review_store.hpp"

#include "services/kit/messaging/outbox.hpp"

#include <limits>
#include <stdexcept>

namespace product {
namespace {

using kit::db::Transaction;

#define REVIEW_COLUMNS                                                                              \
  "r.id, r.user_id, r.rating, r.title, r.text, r.status, r.status_reason, r.version, "              \
  "to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as created_at, "   \
  "to_char(r.updated_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as updated_at, "   \
  "exists (select 1 from purchases b where b.user_id = r.user_id and b.product_id = r.product_id) " \
  "as verified"

// One statement a kind of page, so that the index on what is published serves it.
constexpr kit::db::Statement PUBLISHED{
    "reviews_published", "select " REVIEW_COLUMNS
                         " from reviews r where r.product_id = $1 and r.status = 'published' and r.id < $2"
                         " order by r.id desc limit $3"};
constexpr kit::db::Statement HIDDEN{
    "reviews_hidden", "select " REVIEW_COLUMNS
                      " from reviews r where r.product_id = $1 and r.status = 'hidden' and r.id < $2"
                      " order by r.id desc limit $3"};
constexpr kit::db::Statement ALL{"reviews_all", "select " REVIEW_COLUMNS
                                                " from reviews r where r.product_id = $1 and r.id < $2"
                                                " order by r.id desc limit $3"};

constexpr kit::db::Statement ON_SALE{"review_product",
                                     "select 1 from products where id = $1 and retired_at is null"};

constexpr kit::db::Statement FIND{
    "review_find", "select " REVIEW_COLUMNS " from reviews r where r.product_id = $1 and r.id = $2"};
constexpr kit::db::Statement FIND_LOCKED{
    "review_find_locked",
    "select " REVIEW_COLUMNS " from reviews r where r.product_id = $1 and r.id = $2 for no key update of r"};

constexpr kit::db::Statement ADD{"review_add", R"(
  insert into reviews (product_id, user_id, rating, title, text)
  select p.id, $2, $3, $4, $5 from products p
  where p.id = $1 and p.retired_at is null and not exists (select 1 from erased_users e where e.user_id = $2)
  on conflict (product_id, user_id) do nothing returning id)"};

constexpr kit::db::Statement MAY{"review_may", R"(
  select 1 from products p
  where p.id = $1 and p.retired_at is null and not exists (select 1 from erased_users e where e.user_id = $2))"};

constexpr kit::db::Statement BEFORE{"review_before",
                                    "select id from reviews where product_id = $1 and user_id = $2"};

constexpr kit::db::Statement CHANGE{"review_change", R"(
  update reviews set rating = coalesce($2::int, rating),
                     title = case when $4::boolean then null else coalesce($3, title) end,
                     text = coalesce($5, text), version = version + 1, updated_at = now()
  where id = $1)"};

constexpr kit::db::Statement STATUS{"review_status", R"(
  update reviews set status = $2, status_reason = $3, status_by = $4, version = version + 1 where id = $1)"};

constexpr kit::db::Statement DELETE{"review_delete", "delete from reviews where id = $1"};

Review review_of(const pqxx::row& row) {
  Review out;
  out.id = row["id"].as<std::int64_t>();
  out.author.value = row["user_id"].as<std::int64_t>();
  out.rating = row["rating"].as<int>();
  out.title = row["title"].as<std::optional<std::string>>();
  out.text = row["text"].as<std::string>();
  out.published = row["status"].as<std::string>() == "published";
  out.status_reason = row["status_reason"].as<std::optional<std::string>>();
  out.verified = row["verified"].as<bool>();
  out.version = row["version"].as<std::int64_t>();
  out.created_at = row["created_at"].as<std::string>();
  out.updated_at = row["updated_at"].as<std::string>();
  return out;
}

const kit::db::Statement& page_of(ShownReviews shown) {
  switch (shown) {
    case ShownReviews::Published:
      return PUBLISHED;
    case ShownReviews::Hidden:
      return HIDDEN;
    case ShownReviews::All:
      return ALL;
  }
  throw std::invalid_argument("no kind of reviews");
}

/// The new review's id; nothing when it cannot be.
std::optional<std::int64_t> insert(Transaction& tx, kit::ProductId product, kit::UserId author,
                                   const NewReview& review) {
  // What was in the way may be deleted before it is looked at: then there is room, and it is tried again.
  for (int tries = 0; tries < 5; ++tries) {
    const auto rows = tx.exec(ADD, product.value, author.value, review.rating, review.title, review.text);
    if (!rows.empty()) return rows[0]["id"].as<std::int64_t>();
    const auto before = tx.exec(BEFORE, product.value, author.value);
    if (!before.empty()) throw ReviewedBefore(before[0]["id"].as<std::int64_t>());
    if (tx.exec(MAY, product.value, author.value).empty()) return std::nullopt;
  }
  throw kit::db::Unavailable("a review comes and goes");
}

Review again(Transaction& tx, kit::ProductId product, std::int64_t review) {
  auto found = find_review(tx, product, review, false);
  if (!found) throw std::logic_error("a locked review is gone");
  return std::move(*found);
}

}  // namespace

std::optional<ReviewPage> reviews_of(Transaction& tx, kit::ProductId product, ShownReviews shown,
                                     std::optional<std::int64_t> before, int limit) {
  if (tx.exec(ON_SALE, product.value).empty()) return std::nullopt;
  const auto rows = tx.exec(page_of(shown), product.value,
                            before.value_or(std::numeric_limits<std::int64_t>::max()), limit + 1);
  ReviewPage page;
  for (const auto& row : rows) {
    if (page.reviews.size() == static_cast<std::size_t>(limit)) {
      page.next = page.reviews.back().id;
      break;
    }
    page.reviews.push_back(review_of(row));
  }
  return page;
}

std::optional<Review> find_review(Transaction& tx, kit::ProductId product, std::int64_t review, bool lock) {
  const auto rows = tx.exec(lock ? FIND_LOCKED : FIND, product.value, review);
  if (rows.empty()) return std::nullopt;
  return review_of(rows[0]);
}

std::optional<Review> add_review(Transaction& tx, kit::ProductId product, kit::UserId author,
                                 const NewReview& review, const std::string& traceparent) {
  const auto id = insert(tx, product, author, review);
  if (!id) return std::nullopt;
  auto added = again(tx, product, *id);
  kit::messaging::write_outbox(tx, kit::messaging::Event::make("/shopkeeper/product", "review.added",
                                                               "review/" + std::to_string(added.id),
                                                               {{"review_id", added.id},
                                                                {"product_id", product.value},
                                                                {"user_id", author.value},
                                                                {"rating", added.rating}},
                                                               traceparent));
  return added;
}

Review change_review(Transaction& tx, kit::ProductId product, std::int64_t review,
                     const ReviewChange& change) {
  tx.exec(CHANGE, review, change.rating, change.title, change.no_title, change.text);
  return again(tx, product, review);
}

Review set_review_status(Transaction& tx, kit::ProductId product, std::int64_t review,
                         const StatusChange& change, kit::UserId by) {
  tx.exec(STATUS, review, std::string(change.published ? "published" : "hidden"), change.reason, by.value);
  return again(tx, product, review);
}

void delete_review(Transaction& tx, std::int64_t review) { tx.exec(DELETE, review); }

}  // namespace product
