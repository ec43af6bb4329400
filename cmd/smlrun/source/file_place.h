#ifndef SML_FILE_PLACE_H
#define SML_FILE_PLACE_H

#include <stddef.h>
#include <stdint.h>

/* A place between two lines of the files, and how to know its file again. */
struct file_place {
	size_t file;	  /* its number, from 0 */
	uint64_t inode;	  /* of that file; 0: not opened yet */
	uint64_t byte;	  /* where the next line begins */
	uint64_t line;	  /* its number, from 1 */
	uint64_t digest;  /* of bytes before it; file_digest */
	uint64_t records; /* lines before it, of all files */
};

#endif
