// One result as a part of another.

#include <hdf5.h>

#include "sim/error.hpp"
#include "sim/record/output.hpp"

namespace cajal::record {

using hdf5::Handle;

void Output::adopt(const std::string& from, const std::string& to) {
  const hdf5::File& target = file();
  const std::string doing = "cannot take over " + from;
  if (target.has(to)) throw OutputError(part_ + ": there is " + to + " already");
  const hdf5::File source = hdf5::File::open(from);
  const Handle links = target.own(H5Pcreate(H5P_LINK_CREATE), doing);
  target.check(H5Pset_create_intermediate_group(links.id(), 1), doing);
  target.check(H5Pset_char_encoding(links.id(), H5T_CSET_UTF8), doing);
  target.check(H5Ocopy(source.id(), "/", target.id(), to.c_str(), H5P_DEFAULT, links.id()), doing);
  const Handle copy = object(to);
  for (const char* name : {"magic", "version", "format", "schema"})
    if (hdf5::has_attribute(target, to, name)) target.check(H5Adelete(copy.id(), name), doing);
  if (target.has(to + "/timing"))
    target.check(
        H5Lmove(target.id(), (to + "/timing").c_str(), target.id(), ("/timing" + to).c_str(), links.id(), H5P_DEFAULT),
        doing);
}

}  // namespace cajal::record
