#include "services/kit/http/server/router.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace kit::http {
namespace {

Handler nothing() {
  return [](const Request&) { return Response::no_content(); };
}

Router shop() {
  Router router;
  router.get("/", nothing())
      .get("/products", nothing())
      .post("/products", nothing())
      .get("/products/{id}", nothing())
      .get("/products/top", nothing())
      .post("/products/{id}", nothing())
      .get("/products/{id}/reviews", nothing())
      .get("/products/{id}/reviews/{review}", nothing());
  return router;
}

std::string pattern(const Router& router, std::optional<Method> method, std::string_view path) {
  const auto found = router.match(method, path);
  if (const auto* match = std::get_if<Router::Match>(&found)) return match->route->pattern;
  return std::holds_alternative<Router::NotAllowed>(found) ? "405" : "404";
}

std::string param(const Router& router, std::string_view path, const std::string& name) {
  return std::get<Router::Match>(router.match(Method::Get, path)).params.at(name);
}

}  // namespace

TEST(Router, LiteralsTakePrecedenceOverParameters) {
  const auto router = shop();
  EXPECT_EQ(pattern(router, Method::Get, "/products/top"), "/products/top");
  EXPECT_EQ(pattern(router, Method::Get, "/products/7"), "/products/{id}");
  EXPECT_EQ(pattern(router, Method::Get, "/products/top/reviews"), "/products/{id}/reviews");
  EXPECT_EQ(pattern(router, Method::Post, "/products/top"), "/products/{id}");
}

TEST(Router, NamesOfParametersDoNotDecidePrecedence) {
  Router router;
  router.get("/users/{a}/{b}", nothing()).get("/users/{id}/orders", nothing());
  EXPECT_EQ(pattern(router, Method::Get, "/users/1/orders"), "/users/{id}/orders");
  EXPECT_EQ(pattern(router, Method::Get, "/users/1/other"), "/users/{a}/{b}");
}

TEST(Router, BindsDecodedParameters) {
  const auto router = shop();
  EXPECT_EQ(param(router, "/products/a%20b", "id"), "a b");
  EXPECT_EQ(param(router, "/products/a%2Fb", "id"), "a/b");
  EXPECT_EQ(param(router, "/products/1/reviews/2", "review"), "2");
  EXPECT_EQ(pattern(router, Method::Get, "/%70roducts"), "/products");
}

TEST(Router, HeadFallsBackToGet) {
  EXPECT_EQ(pattern(shop(), Method::Head, "/products/1"), "/products/{id}");
}

TEST(Router, ListsAllowedMethods) {
  const auto found = shop().match(Method::Delete, "/products");
  const std::vector<Method> expected = {Method::Get, Method::Head, Method::Post};
  EXPECT_EQ(std::get<Router::NotAllowed>(found).allowed, expected);
  EXPECT_EQ(pattern(shop(), std::nullopt, "/products"), "405");
}

TEST(Router, FindsNoOtherPaths) {
  const auto router = shop();
  for (const char* path : {"/product", "/products/", "//", "/products//reviews", "", "products", "/%zz"})
    EXPECT_EQ(pattern(router, Method::Get, path), "404") << path;
  EXPECT_EQ(pattern(router, std::nullopt, "/nowhere"), "404");
}

TEST(Router, RejectsMalformedAndRepeatedRoutes) {
  Router router = shop();
  for (const char* bad :
       {"", "a", "/a//b", "/{}", "/{a", "/a}", "/{a}{b}", "/{a}/{a}", "/{r*}", "/x{a}", "/*", "/a/"})
    EXPECT_THROW(router.get(bad, nothing()), std::logic_error) << bad;
  EXPECT_THROW(router.get("/products/{other}", nothing()), std::logic_error);
  EXPECT_THROW(router.get("/new", nullptr), std::logic_error);
}

TEST(Router, CopiesAreIndependent) {
  Router router = shop();
  const Router copy = router;
  router.get("/more", nothing());
  EXPECT_EQ(pattern(copy, Method::Get, "/more"), "404");
  EXPECT_EQ(pattern(copy, Method::Get, "/products"), "/products");
}

}  // namespace kit::http
