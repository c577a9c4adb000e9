#include "services/product/errors/problems.hpp"

#include "services/product/catalog/category_store.hpp"
#include "services/product/catalog/product_store.hpp"
#include "services/product/import/import_store.hpp"
#include "services/product/reviews/review_routes.hpp"
#include "services/product/stock/reservation.hpp"
#include "services/product/stock/stock_move.hpp"

namespace product {
namespace {

using kit::Problem;
using namespace kit::problem;

Problem category_problem(CategoryRefused::Reason reason) {
  using enum CategoryRefused::Reason;
  static const std::map<CategoryRefused::Reason, Problem> PROBLEMS{
      {SlugTaken, conflict("Slug taken", "Another category has this slug.")},
      {NoParent, invalid("parent_id", "is no category")},
      {Cycle, conflict("Category cycle", "A category cannot be below itself.")},
      {TooDeep, invalid("parent_id", "would make the tree more than 10 deep")},
      {TooMany, conflict("Too many categories", "There can be 2000 at most.")},
      {NotEmpty, conflict("Category not empty", "Products on sale or other categories are in it.")}};
  return PROBLEMS.at(reason);
}

Problem already_reviewed(const AlreadyReviewed& error) {
  return conflict("Reviewed before", "A customer has one review of a product; change that.")
      .with("review_id", error.existing.review)
      .header("Location", review_path(error.existing));
}

Problem insufficient_stock(const InsufficientStock& error) {
  return conflict("Insufficient stock").with("missing", contracts::to_json(error.missing));
}

Problem move_refused(const StockState& state) {
  return conflict("Stock move refused",
                  "What is on hand cannot fall below what is held for orders, nor rise above " +
                      std::to_string(MAX_ON_HAND) + ".")
      .with("on_hand", state.on_hand)
      .with("reserved", state.reserved)
      .with("available", state.available());
}

Problem invalid_import(const LineErrors& errors) {
  auto list = nlohmann::json::array();
  for (const auto& [line, field, reason] : errors.sorted())
    list.push_back({{"line", line}, {"field", field}, {"reason", reason}});
  return Problem(422, "Invalid import",
                 "Nothing was imported: " + std::to_string(errors.total()) + " things are wrong.")
      .with("errors", std::move(list))
      .with("error_count", errors.total());
}

}  // namespace

std::optional<Problem> problem_of(const std::exception_ptr& error) try {
  std::rethrow_exception(error);
} catch (const ProductNotFound&) {
  return not_found("Product not found");
} catch (const NameTaken&) {
  return conflict("Name taken", "Something on sale has this name already.");
} catch (const UnknownCategory&) {
  return invalid("category", "is no category's slug");
} catch (const ProductRetired&) {
  return conflict("Product retired", "It is on sale no more, and not changed any more.");
} catch (const CategoryNotFound&) {
  return not_found("Category not found");
} catch (const CategoryRefused& e) {
  return category_problem(e.reason);
} catch (const ReviewNotFound&) {
  return not_found("Review not found");
} catch (const NotReviewAuthor&) {
  return forbidden("This review is somebody else's.");
} catch (const ReviewIsHidden&) {
  return conflict("Review hidden", "Staff have hidden this review; its author can change what it says.");
} catch (const AlreadyReviewed& e) {
  return already_reviewed(e);
} catch (const MoveRefused& e) {
  return move_refused(e.state);
} catch (const InsufficientStock& e) {
  return insufficient_stock(e);
} catch (const UnknownProduct& e) {
  return invalid("lines[" + std::to_string(e.line) + "].product", "is not a product on sale");
} catch (const ReservationReleased&) {
  return conflict("Reservation released", "The order's reservation was released and cannot come back.");
} catch (const ReservationNotFound&) {
  return not_found("Reservation not found");
} catch (const ImportRefused& e) {
  return invalid_import(e.errors);
} catch (const ImportBusy&) {
  return conflict("Import under way", "One import at a time: try again when the other has ended.")
      .header("Retry-After", "10");
} catch (const ImportTooSlow&) {
  return Problem(504, "Deadline exceeded", "The import took too long; nothing of it was done.");
} catch (const CatalogChanged&) {
  return conflict("The catalog changed",
                  "While the lines were checked somebody used one of "
                  "their names or numbers; nothing was done, try again.");
} catch (...) {
  return std::nullopt;
}

}  // namespace product
