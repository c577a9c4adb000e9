#include "services/product/catalog/category_routes.hpp"

#include "services/kit/json/reader.hpp"
#include "services/product/catalog/category_store.hpp"

#include <algorithm>

namespace product::api {
namespace {

using kit::db::Transaction;
using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;
using Counts = std::map<std::int64_t, std::int64_t>;

kit::Problem no_category() { return kit::problem::not_found("Category not found"); }

[[noreturn]] void refuse(CategoryRefused::Why why) {
  using enum CategoryRefused::Why;
  switch (why) {
    case SlugTaken:
      throw kit::problem::conflict("Slug taken", "Another category has this slug.");
    case NoParent:
      throw kit::problem::invalid("parent_id", "is no category");
    case Cycle:
      throw kit::problem::conflict("Category cycle", "A category cannot be below itself.");
    case TooDeep:
      throw kit::problem::invalid("parent_id", "would make the tree more than 10 deep");
    case TooMany:
      throw kit::problem::conflict("Too many categories", "There can be 2000 at most.");
    case NotEmpty:
      throw kit::problem::conflict("Category not empty", "Products on sale or other categories are in it.");
  }
  throw std::logic_error("no reason");
}

Ordered render(const Category& category) {
  Ordered out{{"id", category.id}, {"slug", category.slug}, {"name", category.name}};
  out["parent_id"] = category.parent ? Ordered(*category.parent) : Ordered(nullptr);
  out["products"] = category.products;
  return out;
}

Ordered render_below(const CategoryTree& tree, const Counts& counts, std::optional<std::int64_t> parent) {
  auto out = Ordered::array();
  for (const auto* category : tree.below(parent))
    out.push_back({{"id", category->id},
                   {"slug", category->slug},
                   {"name", category->name},
                   {"products", counts.at(category->id)},
                   {"children", render_below(tree, counts, category->id)}});
  return out;
}

/// null as a parent is none.
CategoryData read(const nlohmann::json& body) {
  kit::json::Reader reader(body);
  CategoryData data;
  data.slug = reader.string("slug", {1, 100});
  const bool good = std::all_of(data.slug.begin(), data.slug.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!good || data.slug.starts_with('-') || data.slug.ends_with('-') ||
      data.slug.find("--") != std::string::npos)
    reader.error("slug", "must be lower-case letters and digits, with single hyphens between");
  data.name = reader.string("name", {1, 100});
  data.parent = reader.optional_integer("parent_id", {1});
  reader.finish();
  return data;
}

CategoryData patched(const Category& before, const nlohmann::json& patch) {
  if (!patch.is_object()) kit::json::Reader{patch};  // says that it must be an object
  nlohmann::json whole{{"slug", before.slug}, {"name", before.name}};
  if (before.parent) whole["parent_id"] = *before.parent;
  whole.merge_patch(patch);
  return read(whole);
}

struct Routes {
  kit::db::Database& database;

  Response tree(const Request& request) const {
    const auto found = database.read<CategoryTree>("category_tree", request.deadline,
                                                   [](Transaction& tx) { return counted_categories(tx); });
    Counts own;
    for (const auto& category : found.all()) own[category.id] = category.products;
    return Response::ordered(render_below(found, found.with_those_below(own), std::nullopt));
  }

  Response create(const Request& request) const try {
    const auto data = read(request.json());
    const auto made = database.transact<Category>("category_create", request.deadline, [&](Transaction& tx) {
      return *find_category(tx, create_category(tx, data));
    });
    auto response = Response::ordered(render(made), 201);
    response.headers.set("Location", "/api/categories/" + std::to_string(made.id));
    return response;
  } catch (const CategoryRefused& refused) {
    refuse(refused.why);
  }

  Response change(const Request& request) const try {
    const auto id = request.id();
    const auto patch = request.json();
    const auto now = database.transact<Category>("category_change", request.deadline, [&](Transaction& tx) {
      const auto before = find_category(tx, id);
      if (!before || !change_category(tx, id, patched(*before, patch))) throw no_category();
      return *find_category(tx, id);
    });
    return Response::ordered(render(now));
  } catch (const CategoryRefused& refused) {
    refuse(refused.why);
  }

  Response remove(const Request& request) const try {
    const auto id = request.id();
    const bool there = database.transact<bool>("category_delete", request.deadline,
                                               [&](Transaction& tx) { return delete_category(tx, id); });
    if (!there) throw no_category();
    return Response::no_content();
  } catch (const CategoryRefused& refused) {
    refuse(refused.why);
  }
};

}  // namespace

void add_category_routes(kit::http::Router& router, kit::db::Database& database) {
  const Routes routes{database};
  router.get("/api/categories", [routes](const Request& request) { return routes.tree(request); });
  router.post("/api/categories", [routes](const Request& request) { return routes.create(request); });
  router.patch("/api/categories/{id}", [routes](const Request& request) { return routes.change(request); });
  router.del("/api/categories/{id}", [routes](const Request& request) { return routes.remove(request); });
}

}  // namespace product::api
