#include "services/product/reviews/review_store.hpp"

#include "services/kit/db/erased_users.hpp"
#include "services/kit/messaging/outbox.hpp"
#include "services/product/catalog/product.hpp"

#include <limits>

namespace product {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

#define REVIEW_COLUMNS                                                                              \
  "r.id, r.user_id, r.rating, r.title, r.text, r.status, r.status_reason, r.version, "              \
  "to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as created_at, "   \
  "to_char(r.updated_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as updated_at, "   \
  "exists (select 1 from purchases b where b.user_id = r.user_id and b.product_id = r.product_id) " \
  "as verified"

// One statement per filter, so that the partial index on published reviews is used.
#define REVIEW_PAGE(FILTER)                                                               \
  "select " REVIEW_COLUMNS " from reviews r where r.product_id = $1 and r.id < $2" FILTER \
  " order by r.id desc limit $3"
constexpr Statement PUBLISHED{"reviews_published", REVIEW_PAGE(" and r.status = 'published'")};
constexpr Statement HIDDEN{"reviews_hidden", REVIEW_PAGE(" and r.status = 'hidden'")};
constexpr Statement ALL{"reviews_all", REVIEW_PAGE("")};

constexpr Statement ON_SALE{"review_product", "select 1 from products where id = $1 and retired_at is null"};

constexpr Statement FIND{"review_find",
                         "select " REVIEW_COLUMNS " from reviews r where r.product_id = $1 and r.id = $2"};
constexpr Statement FIND_LOCKED{
    "review_find_locked",
    "select " REVIEW_COLUMNS " from reviews r where r.product_id = $1 and r.id = $2 for no key update of r"};

constexpr Statement ADD{"review_add", R"(
  insert into reviews (product_id, user_id, rating, title, text)
  select p.id, $2, $3, $4, $5 from products p
  where p.id = $1 and p.retired_at is null
  on conflict (product_id, user_id) do nothing returning id)"};

constexpr Statement EXISTING{"review_before",
                             "select id from reviews where product_id = $1 and user_id = $2"};

constexpr Statement CHANGE{"review_change", R"(
  update reviews set rating = coalesce($2::int, rating),
                     title = case when $4::boolean then null else coalesce($3, title) end,
                     text = coalesce($5, text), version = version + 1, updated_at = now()
  where id = $1)"};

constexpr Statement STATUS{"review_status", R"(
  update reviews set status = $2, status_reason = $3, status_by = $4, version = version + 1 where id = $1)"};

constexpr Statement DELETE{"review_delete", "delete from reviews where id = $1"};

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

void require_on_sale(Transaction& tx, contracts::ProductId product) {
  if (tx.exec(ON_SALE, product.value).empty()) throw ProductNotFound();
}

const Statement& page_statement(ReviewFilter filter) {
  if (filter == ReviewFilter::All) return ALL;
  return filter == ReviewFilter::Hidden ? HIDDEN : PUBLISHED;
}

std::optional<Review> find_review(Transaction& tx, const Statement& statement, ReviewKey key) {
  const auto rows = tx.exec(statement, key.product.value, key.review);
  if (rows.empty()) return std::nullopt;
  return review_of(rows[0]);
}

Review read_again(Transaction& tx, ReviewKey key) { return find_review(tx, FIND, key).value(); }

void lock_and_check(Transaction& tx, ReviewKey key, const ReviewStore::Check& check) {
  const auto review = find_review(tx, FIND_LOCKED, key);
  if (!review) throw ReviewNotFound();
  check(*review);
}

/// The new review's id. Throws ProductNotFound when the product is not on sale.
std::int64_t insert(Transaction& tx, contracts::ProductId product, kit::UserId author,
                    const NewReview& review) {
  // A conflicting review may be deleted before it is read: then the insert is tried again.
  for (int tries = 0; tries < 5; ++tries) {
    const auto rows = tx.exec(ADD, product.value, author.value, review.rating, review.title, review.text);
    if (!rows.empty()) return rows[0]["id"].as<std::int64_t>();
    const auto existing = tx.exec(EXISTING, product.value, author.value);
    if (!existing.empty()) throw AlreadyReviewed({product, existing[0]["id"].as<std::int64_t>()});
    require_on_sale(tx, product);
  }
  throw kit::db::Unavailable("a conflicting review was inserted and deleted repeatedly");
}

}  // namespace

kit::db::Page<Review> ReviewStore::page(contracts::ProductId product, ReviewFilter filter,
                                        std::optional<std::int64_t> before, int limit,
                                        kit::Deadline deadline) const {
  return database_.read<kit::db::Page<Review>>("reviews_page", deadline, [&](Transaction& tx) {
    require_on_sale(tx, product);
    const auto rows = tx.exec(page_statement(filter), product.value,
                              before.value_or(std::numeric_limits<std::int64_t>::max()), limit + 1);
    return kit::db::read_page(rows, limit, review_of);
  });
}

std::optional<Review> ReviewStore::find(ReviewKey key, kit::Deadline deadline) const {
  return database_.read<std::optional<Review>>("review_find", deadline,
                                               [&](Transaction& tx) { return find_review(tx, FIND, key); });
}

Review ReviewStore::add(contracts::ProductId product, kit::UserId author, const NewReview& review,
                        const std::string& traceparent, kit::Deadline deadline) const {
  return database_.transact<Review>("review_add", deadline, [&](Transaction& tx) {
    if (kit::db::is_erased(tx, author)) throw ProductNotFound();
    const auto id = insert(tx, product, author, review);
    kit::messaging::write_outbox(
        tx, kit::messaging::Event::make("/shopkeeper/product", "review.added", "review/" + std::to_string(id),
                                        {{"review_id", id},
                                         {"product_id", product.value},
                                         {"user_id", author.value},
                                         {"rating", review.rating}},
                                        traceparent));
    return read_again(tx, {product, id});
  });
}

Review ReviewStore::change(ReviewKey key, const ReviewChange& change, const Check& check,
                           kit::Deadline deadline) const {
  return database_.transact<Review>("review_change", deadline, [&](Transaction& tx) {
    lock_and_check(tx, key, check);
    tx.exec(CHANGE, key.review, change.rating, change.title, change.remove_title, change.text);
    return read_again(tx, key);
  });
}

Review ReviewStore::set_status(ReviewKey key, const StatusChange& change, kit::UserId by, const Check& check,
                               kit::Deadline deadline) const {
  return database_.transact<Review>("review_status", deadline, [&](Transaction& tx) {
    lock_and_check(tx, key, check);
    tx.exec(STATUS, key.review, std::string(change.published ? "published" : "hidden"), change.reason,
            by.value);
    return read_again(tx, key);
  });
}

void ReviewStore::remove(ReviewKey key, const Check& check, kit::Deadline deadline) const {
  database_.transact("review_delete", deadline, [&](Transaction& tx) {
    lock_and_check(tx, key, check);
    tx.exec(DELETE, key.review);
  });
}

}  // namespace product
