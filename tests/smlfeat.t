#!/bin/sh
# smlfeat on LMDB: the contract of stores, and what only LMDB has.
. "${0%/*}/lib.sh"
. "$tests/smlfeat_contract.sh"

kind=lmdb
contract -s lmdb:features

plan
